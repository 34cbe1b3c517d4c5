using Session.Protocol.Accounts;
using Session.Protocol.Cryptography;

namespace Session.Protocol.Ratchet.Sessions;

/// <summary>Makes X25519 key pairs.</summary>
internal static class KeyPairs
{
    public static SecretBytes NewSecret(IRandomSource random)
    {
        var secret = new SecretBytes(X25519.KeySize);
        Generate(random, secret.Span);
        return secret;
    }

    /// <summary>Fills in a clamped secret: XEdDSA and other libraries take the scalar as it stands.</summary>
    public static void Generate(IRandomSource random, Span<byte> secret)
    {
        random.Fill(secret);
        Clamp(secret);
    }

    public static void Clamp(Span<byte> secret)
    {
        secret[0] &= 0xf8;
        secret[31] = (byte)((secret[31] & 0x7f) | 0x40);
    }

    /// <summary>Whether a secret is clamped and the public key belongs to it.</summary>
    public static bool IsPair(ReadOnlySpan<byte> secret, X25519PublicKey key) =>
        (secret[0] & 0x07) == 0 && (secret[31] & 0xc0) == 0x40 && PublicKey(secret) == key;

    public static X25519PublicKey PublicKey(ReadOnlySpan<byte> secret)
    {
        Span<byte> key = stackalloc byte[X25519PublicKey.Size];
        X25519.PublicKey(secret, key);
        return new X25519PublicKey(key);
    }
}
