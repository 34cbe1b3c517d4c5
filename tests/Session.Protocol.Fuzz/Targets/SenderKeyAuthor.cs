using Session.Protocol.Cryptography;
using Session.Protocol.SenderKeys;

namespace Session.Protocol.Fuzz.Targets;

/// <summary>An author whose keys are always the same, so that kept inputs stay genuine.</summary>
internal static class SenderKeyAuthor
{
    public static readonly Guid DistributionId = Guid.Parse("00112233-4455-4677-8899-aabbccddeeff");

    public static SenderKeySession Create(byte seed)
    {
        var author = new SenderKeySession(DistributionId);
        author.Rotate(new Repeated(seed));
        return author;
    }

    public static SenderKeySession Read(byte[] record)
    {
        bool ok = SenderKeySession.TryDeserialize(record, out SenderKeySession? session);
        FuzzFinding.Require(ok, "A written record does not read.");
        return session!;
    }

    /// <summary>The record of a reader at the author's start.</summary>
    public static byte[] ReaderRecord(SenderKeySession author)
    {
        using var reader = new SenderKeySession(DistributionId);
        FuzzFinding.Require(reader.Process(author.CreateDistribution()) == SenderKeyStatus.Ok, "The session to attack was not made.");
        return reader.Serialize();
    }

    private sealed class Repeated(byte value) : IRandomSource
    {
        public void Fill(Span<byte> destination) => destination.Fill(value);
    }
}
