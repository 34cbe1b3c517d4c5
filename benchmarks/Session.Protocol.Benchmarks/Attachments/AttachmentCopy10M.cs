using BenchmarkDotNet.Attributes;

namespace Session.Protocol.Benchmarks.Attachments;

/// <summary>
/// The two copies that streaming takes and nothing else: 10 MB out of one stream and into another, 32 KiB at a time. What
/// <see cref="AttachmentEncrypt10M"/> and <see cref="AttachmentDecrypt10M"/> cost beside their floor.
/// </summary>
public class AttachmentCopy10M
{
    private const int Size = 10_000_000;

    private readonly byte[] _chunk = new byte[32 * 1024];
    private readonly MemoryStream _from;
    private readonly MemoryStream _to = new(new byte[Size]);

    public AttachmentCopy10M()
    {
        byte[] file = new byte[Size];
        Random.Shared.NextBytes(file);
        _from = new MemoryStream(file);
    }

    [Benchmark]
    public void BetweenStreams()
    {
        _from.Position = _to.Position = 0;
        for (int read; (read = _from.Read(_chunk)) > 0;)
        {
            _to.Write(_chunk.AsSpan(0, read));
        }
    }
}
