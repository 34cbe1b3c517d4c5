using System.Text.Json;
using Session.Protocol.Accounts;
using Session.Protocol.Cryptography;
using Session.Protocol.Sealing;

namespace Session.Protocol.Conformance.Suites;

/// <summary>The signed sealed box of one-to-one messages, without padding and wrappers.</summary>
public sealed class SessionEncryptSuite() : KindSuite("session_encrypt")
{
    protected override CaseOutcome Run(KindCase @case) => @case.Kind switch
    {
        "sign_for_recipient" => Sign(@case),
        "encrypt" => Encrypt(@case, (sender, recipient, box) => SignedBox.Seal(sender, recipient, @case.In.Hex("ephemeral_x25519_sk"), box)),
        "encrypt_deterministic" => Encrypt(@case, (sender, recipient, box) => SignedBox.SealDeterministic(sender, recipient, box)),
        "decrypt" => Decrypt(@case, @case.In.Hex("recipient_ed25519_seed"), @case.In.Hex("ciphertext"), @case.Out),
        "decrypt_x25519" => Open(@case, @case.In.Hex("recipient_x25519_sk"), new X25519PublicKey(@case.In.Hex("recipient_x25519_pk")), @case.In.Hex("ciphertext"), @case.Out),
        _ => Unknown(@case),
    };

    private static CaseOutcome Sign(KindCase @case)
    {
        using SessionIdentity sender = SessionIdentity.FromSeed(@case.In.Hex("sender_ed25519_seed"));
        byte[] signed = Place(@case, offset: 0, SignedBox.Overhead - SignedBox.MessageOffset);
        SignedBox.Sign(sender, Recipient(@case), signed);
        return CaseOutcome.WhenEqual("signed", @case.Out.Hex("signed"), signed);
    }

    private static CaseOutcome Encrypt(KindCase @case, Action<SessionIdentity, X25519PublicKey, byte[]> seal)
    {
        using SessionIdentity sender = SessionIdentity.FromSeed(@case.In.Hex("sender_ed25519_seed"));
        byte[] box = Place(@case, SignedBox.MessageOffset, SignedBox.Overhead);
        seal(sender, Recipient(@case), box);
        return CaseOutcome.All(
            CaseOutcome.WhenEqual("ciphertext", @case.Out.Hex("ciphertext"), box),
            Decrypt(@case, @case.In.Hex("recipient_ed25519_seed"), box, @case.In, sender.SigningKey));
    }

    private static CaseOutcome Decrypt(KindCase @case, byte[] recipientSeed, byte[] box, JsonElement expected, Ed25519PublicKey? sender = null)
    {
        using SessionIdentity recipient = SessionIdentity.FromSeed(recipientSeed);
        byte[] secret = new byte[X25519.KeySize];
        recipient.CopyEncryptionSecret(secret);
        return Open(@case, secret, recipient.EncryptionKey, box, expected, sender);
    }

    private static CaseOutcome Open(KindCase @case, byte[] secret, X25519PublicKey recipient, byte[] box, JsonElement expected, Ed25519PublicKey? sender = null)
    {
        byte[] signed = new byte[Math.Max(0, box.Length - SignedBox.MessageOffset)];
        OpenStatus status = SignedBox.Open(secret, recipient, box, signed, out Ed25519PublicKey senderKey, out AccountId senderId);
        if (status != OpenStatus.Opened || !@case.Accept)
        {
            return CaseOutcome.When(status != OpenStatus.Opened && !@case.Accept, $"status {status}");
        }

        CaseOutcome message = CaseOutcome.WhenEqual("message", expected.Message(), signed.AsSpan(0, box.Length - SignedBox.Overhead));
        if (sender is { } known)
        {
            return CaseOutcome.All(message, CaseOutcome.When(senderKey == known, $"sender {senderKey}"));
        }

        return CaseOutcome.All(
            message,
            CaseOutcome.WhenEqual("sender key", expected.Hex("sender_ed25519_pk"), senderKey.AsSpan()),
            CaseOutcome.WhenEqual("sender", expected.Hex("sender_session_id"), senderId.AsSpan()));
    }

    private static X25519PublicKey Recipient(KindCase @case) => new(AccountId.Parse(@case.In.Text("recipient_session_id")).KeySpan());

    // The message at its offset, in a buffer that is longer by the overhead.
    private static byte[] Place(KindCase @case, int offset, int overhead)
    {
        byte[] message = @case.In.Message();
        byte[] buffer = new byte[message.Length + overhead];
        message.CopyTo(buffer, offset);
        return buffer;
    }
}
