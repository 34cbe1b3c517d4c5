using BenchmarkDotNet.Attributes;
using Session.Protocol.Sealing;

namespace Session.Protocol.Benchmarks.Sealing;

/// <summary>1 KiB padded to 1,120 bytes and found again. No primitive is below it: only its bytes are held.</summary>
public class Padding
{
    private readonly byte[] _message = new byte[1024];
    private readonly byte[] _padded = new byte[MessagePadding.PaddedSize(1024)];

    public Padding()
    {
        Random.Shared.NextBytes(_message);
        MessagePadding.Pad(_message, _padded);
    }

    public int Size { get; private set; }

    [Benchmark]
    public void Pad() => MessagePadding.Pad(_message, _padded);

    [Benchmark]
    public void Unpad()
    {
        _ = MessagePadding.TryUnpad(_padded, out int size);
        Size = size;
    }
}
