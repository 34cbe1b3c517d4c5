using System.Buffers;
using BenchmarkDotNet.Attributes;
using Session.Protocol.Sealing;

namespace Session.Protocol.Benchmarks.Sealing;

/// <summary>Seal 1 KiB to one account.</summary>
public class V1Seal
{
    private readonly V1Sample _sample = new();
    private readonly ArrayBufferWriter<byte> _output = new(SealedMessage.MaxStoredSize);

    public byte[] Result { get; private set; } = [];

    [Benchmark(Baseline = true)]
    public void Floor() => _sample.Raw.Seal();

    [Benchmark]
    public void ToWriter()
    {
        _output.ResetWrittenCount();
        SealedMessage.SealTo(_sample.Content, _sample.Alice, _sample.Bob.AccountId, V1Sample.TimestampMs, _output);
    }

    [Benchmark]
    public void ToArray() => Result = SealedMessage.Seal(_sample.Content, _sample.Alice, _sample.Bob.AccountId, V1Sample.TimestampMs);
}
