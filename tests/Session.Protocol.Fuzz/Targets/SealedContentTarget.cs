using Session.Protocol.Accounts;
using Session.Protocol.Sealing;

namespace Session.Protocol.Fuzz.Targets;

/// <summary>What a known sender may seal: genuine encryption and signature around anything, padding included.</summary>
internal sealed class SealedContentTarget : IFuzzTarget
{
    private const long TimestampMs = 1_700_000_000_000;

    private static readonly SessionIdentity Sender = SessionIdentity.FromSeed("fuzz sender's id"u8);
    private static readonly SessionIdentity Recipient = SessionIdentity.FromSeed("fuzz target's id"u8);
    private static readonly byte[] Ephemeral = [.. Enumerable.Repeat((byte)9, SessionIdentity.SeedSize)];

    public static string Name => "sealed-content";

    public static void Fuzz(ReadOnlySpan<byte> input)
    {
        int boxSize = input.Length + SignedBox.Overhead;
        byte[] stored = new byte[StoredEnvelope.Size(TimestampMs, boxSize)];
        StoredEnvelope.Write(stored, TimestampMs, boxSize, out Span<byte> box, out _);
        input.CopyTo(box[SignedBox.MessageOffset..]);
        SignedBox.Seal(Sender, Recipient.EncryptionKey, Ephemeral, box);

        OpenedMessage opened = SealedMessage.Open(stored, Recipient);
        bool reachedContent = opened.Status is not (OpenStatus.CannotOpen or OpenStatus.BadSignature or OpenStatus.NotAWrapper or OpenStatus.NotAnEnvelope);
        FuzzFinding.Require(reachedContent, $"Genuine, but {opened.Status}.");
        if (opened.IsOpened)
        {
            FuzzFinding.Require(opened.Origin.Sender == Sender.AccountId, "Opened with another sender.");
            ContentTarget.Fuzz(opened.Content.Span);
        }
    }
}
