using BenchmarkDotNet.Attributes;
using Session.Protocol.Benchmarks.Floors;

namespace Session.Protocol.Benchmarks.Attachments;

/// <summary>
/// The raw encryption of 10 MB in pieces of 32 KiB, each copied out of one array before and into another afterwards, and nothing else: what
/// streaming costs by itself, whoever does it.
/// </summary>
public class AttachmentCopy10M
{
    private const int Size = 10_000_000;
    private const int ChunkSize = 32 * 1024;

    private readonly RawAttachment _whole = new(Size);
    private readonly RawAttachment _chunk = new(ChunkSize);
    private readonly byte[] _from = new byte[Size];
    private readonly byte[] _to = new byte[Size];

    public AttachmentCopy10M() => Random.Shared.NextBytes(_from);

    [Benchmark(Baseline = true)]
    public void Floor() => _whole.Encrypt();

    [Benchmark]
    public void AroundCipher()
    {
        for (int start = 0; start < Size; start += ChunkSize)
        {
            int length = Math.Min(ChunkSize, Size - start);
            _chunk.EncryptCopy(_from.AsSpan(start, length), _to.AsSpan(start, length));
        }
    }
}
