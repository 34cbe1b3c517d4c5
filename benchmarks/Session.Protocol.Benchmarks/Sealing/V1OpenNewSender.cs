using System.Buffers;
using System.Buffers.Binary;
using BenchmarkDotNet.Attributes;
using Session.Protocol.Accounts;
using Session.Protocol.Sealing;

namespace Session.Protocol.Benchmarks.Sealing;

/// <summary>Open 1 KiB from a stranger: the sender's account has to be computed from the key, which costs more than an agreement.</summary>
public class V1OpenNewSender
{
    /// <summary>More than the library remembers, so that each message is a stranger's again when its turn comes.</summary>
    private const int Senders = 2048;

    private readonly V1Sample _sample = new();
    private readonly ArrayBufferWriter<byte> _output = new(SealedMessage.MaxStoredSize);
    private readonly byte[][] _stored;
    private int _next;

    public V1OpenNewSender() => _stored = [.. Enumerable.Range(0, Senders).Select(FromStranger)];

    [Benchmark(Baseline = true)]
    public void Floor() => _sample.Raw.OpenFromNewSender();

    [Benchmark]
    public void ToWriter()
    {
        _output.ResetWrittenCount();
        _next = (_next + 1) % Senders;
        OpenStatus status = SealedMessage.OpenTo(_stored[_next], _sample.Bob, _output, out _);
        if (status != OpenStatus.Opened)
        {
            throw new InvalidOperationException(status.ToString());
        }
    }

    private byte[] FromStranger(int number)
    {
        Span<byte> seed = stackalloc byte[SessionIdentity.SeedSize];
        seed.Clear();
        BinaryPrimitives.WriteInt32LittleEndian(seed, number);
        using SessionIdentity stranger = SessionIdentity.FromSeed(seed);
        return SealedMessage.Seal(_sample.Content, stranger, _sample.Bob.AccountId, V1Sample.TimestampMs);
    }
}
