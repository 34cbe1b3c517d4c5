using Session.Protocol.Cryptography;
using Session.Protocol.Onion.Push;

namespace Session.Protocol.Fuzz.Targets;

/// <summary>A push notification, from anyone and from a push server that knows the key.</summary>
internal sealed class PushNotificationTarget : IFuzzTarget
{
    private static readonly byte[] Key = new byte[PushSubscription.EncryptionKeySize];

    public static string Name => "push-notification";

    public static void Fuzz(ReadOnlySpan<byte> input)
    {
        FuzzFinding.Require(!PushNotification.TryOpen(input, Key, out _), "A forged notification opens.");
        byte[] payload = new byte[XChaCha20Poly1305.NonceSize + input.Length + XChaCha20Poly1305.TagSize];
        XChaCha20Poly1305.Encrypt(Key, payload.AsSpan(0, XChaCha20Poly1305.NonceSize), input, payload.AsSpan(XChaCha20Poly1305.NonceSize));
        if (PushNotification.TryOpen(payload, Key, out PushNotification? notification))
        {
            FuzzFinding.Require(notification.Data.Length < input.Length, "More data than was sent.");
        }
    }
}
