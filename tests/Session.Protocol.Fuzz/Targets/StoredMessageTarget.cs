using Session.Protocol.Accounts;
using Session.Protocol.Sealing;

namespace Session.Protocol.Fuzz.Targets;

/// <summary>What anybody may store for an account.</summary>
internal sealed class StoredMessageTarget : IFuzzTarget
{
    private static readonly SessionIdentity Recipient = SessionIdentity.FromSeed("fuzz target's id"u8);

    public static string Name => "stored-message";

    public static void Fuzz(ReadOnlySpan<byte> input)
    {
        OpenedMessage opened = SealedMessage.Open(input, Recipient);
        FuzzFinding.Require(!opened.IsOpened, "A message that nobody sealed was opened.");
        FuzzFinding.Require(opened.Content.IsEmpty && opened.Origin == default, "A failure hands something out.");
    }
}
