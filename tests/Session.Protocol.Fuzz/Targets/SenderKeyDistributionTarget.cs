using Session.Protocol.SenderKeys;

namespace Session.Protocol.Fuzz.Targets;

/// <summary>A distribution from a dishonest member, to a reader that knows a chain of that member, and to an author.</summary>
internal sealed class SenderKeyDistributionTarget : IFuzzTarget
{
    private static readonly SenderKeySession Author = SenderKeyAuthor.Create(1);
    private static readonly byte[] AuthorState = Author.Serialize();
    private static readonly byte[] ReaderState = SenderKeyAuthor.ReaderRecord(Author);

    public static string Name => "sender-key-distribution";

    public static void Fuzz(ReadOnlySpan<byte> input)
    {
        _ = Author.Process(input);
        FuzzFinding.Require(Author.Serialize().AsSpan().SequenceEqual(AuthorState), "A distribution changed an author's own session.");

        using SenderKeySession reader = SenderKeyAuthor.Read(ReaderState);
        SenderKeyStatus status = reader.Process(input);
        byte[] after = reader.Serialize();
        FuzzFinding.Require(status == SenderKeyStatus.Ok || after.AsSpan().SequenceEqual(ReaderState), $"{status} changed the session.");
        SenderKeyAuthor.Read(after).Dispose();
        FuzzFinding.Require(reader.Process(input) == status && reader.Serialize().AsSpan().SequenceEqual(after), "The same distribution does something else the second time.");
    }
}
