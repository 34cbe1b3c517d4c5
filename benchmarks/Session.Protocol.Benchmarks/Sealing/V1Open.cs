using System.Buffers;
using BenchmarkDotNet.Attributes;
using Session.Protocol.Sealing;

namespace Session.Protocol.Benchmarks.Sealing;

/// <summary>Open 1 KiB from somebody who has written before.</summary>
public class V1Open
{
    private readonly V1Sample _sample = new();
    private readonly ArrayBufferWriter<byte> _output = new(SealedMessage.MaxStoredSize);
    private readonly byte[] _stored;

    public V1Open() => _stored = SealedMessage.Seal(_sample.Content, _sample.Alice, _sample.Bob.AccountId, V1Sample.TimestampMs);

    public OpenedMessage Result { get; private set; }

    [Benchmark(Baseline = true)]
    public void Floor() => _sample.Raw.Open();

    [Benchmark]
    public void ToWriter()
    {
        _output.ResetWrittenCount();
        OpenStatus status = SealedMessage.OpenTo(_stored, _sample.Bob, _output, out _);
        Require(status);
    }

    [Benchmark]
    public void ToArray()
    {
        Result = SealedMessage.Open(_stored, _sample.Bob);
        Require(Result.Status);
    }

    private static void Require(OpenStatus status)
    {
        if (status != OpenStatus.Opened)
        {
            throw new InvalidOperationException(status.ToString());
        }
    }
}
