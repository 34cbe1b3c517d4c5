using System.Buffers;
using BenchmarkDotNet.Attributes;
using Session.Protocol.Benchmarks.Floors;

namespace Session.Protocol.Benchmarks.SenderKeys;

/// <summary>Encrypt 1 KiB for a group, of whatever size.</summary>
public class SenderKeyEncrypt
{
    private readonly SenderKeySample _sample = new();
    private readonly RawSenderKey _raw = new();
    private readonly ArrayBufferWriter<byte> _output = new(2048);

    public byte[] Result { get; private set; } = [];

    [Benchmark(Baseline = true)]
    public void Floor() => _raw.Encrypt();

    [Benchmark]
    public void ToWriter()
    {
        _output.ResetWrittenCount();
        SenderKeySample.Require(_sample.Author.EncryptTo(_sample.Plaintext, _output));
    }

    [Benchmark]
    public void ToArray()
    {
        SenderKeySample.Require(_sample.Author.Encrypt(_sample.Plaintext, out byte[] message));
        Result = message;
    }
}
