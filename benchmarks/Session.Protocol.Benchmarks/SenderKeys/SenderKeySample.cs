using Session.Protocol.SenderKeys;

namespace Session.Protocol.Benchmarks.SenderKeys;

/// <summary>An author and the record of a reader of one group, and 1 KiB to say.</summary>
internal sealed class SenderKeySample
{
    private static readonly Guid Group = Guid.NewGuid();

    public SenderKeySample()
    {
        using var reader = new SenderKeySession(Group);
        Require(reader.Process(Author.CreateDistribution()));
        ReaderRecord = reader.Serialize();
    }

    public SenderKeySession Author { get; } = new(Group);

    public byte[] ReaderRecord { get; }

    public byte[] Plaintext { get; } = new byte[1024];

    public SenderKeySession NewReader() =>
        SenderKeySession.TryDeserialize(ReaderRecord, out SenderKeySession? session) ? session : throw new InvalidOperationException("The record does not read.");

    // What fails is quick: it must not be measured.
    public static void Require(SenderKeyStatus status)
    {
        if (status != SenderKeyStatus.Ok)
        {
            throw new InvalidOperationException(status.ToString());
        }
    }
}
