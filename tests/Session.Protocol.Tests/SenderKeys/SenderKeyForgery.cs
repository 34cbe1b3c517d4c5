using Session.Protocol.Cryptography;
using Session.Protocol.SenderKeys;

namespace Session.Protocol.Tests.SenderKeys;

/// <summary>What only a dishonest author can make: properly signed messages that no honest program writes.</summary>
internal static class SenderKeyForgery
{
    /// <summary>Signs anew what stands before the last 64 bytes.</summary>
    public static void Sign(SenderKeySession author, Span<byte> message)
    {
        ReadOnlySpan<byte> secret = author.States[0].SigningSecret;
        Span<byte> point = stackalloc byte[Edwards25519.PointSize];
        XEdDSA.PublicPoint(secret, point);
        XEdDSA.Sign(secret, point, message[..^XEdDSA.SignatureSize], new byte[XEdDSA.RandomSize], message[^XEdDSA.SignatureSize..]);
    }
}
