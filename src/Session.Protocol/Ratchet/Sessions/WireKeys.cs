using Session.Protocol.Accounts;
using Session.Protocol.Cryptography;

namespace Session.Protocol.Ratchet.Sessions;

/// <summary>Public keys as libsignal serializes them: a type byte in front (protocol/30 §2).</summary>
internal static class WireKeys
{
    public const int X25519Size = 1 + X25519PublicKey.Size;
    public const int KyberSize = 1 + Kyber1024.PublicKeySize;

    private const byte X25519Type = 0x05;
    private const byte KyberType = 0x08;

    public static void Write(X25519PublicKey key, Span<byte> destination)
    {
        destination[0] = X25519Type;
        key.AsSpan().CopyTo(destination[1..]);
    }

    public static bool TryRead(ReadOnlySpan<byte> wire, out X25519PublicKey key)
    {
        bool ok = wire.Length == X25519Size && wire[0] == X25519Type;
        key = ok ? new X25519PublicKey(wire[1..]) : default;
        return ok;
    }

    /// <summary>A Kyber1024 public key or ciphertext, which are of one size. Gives the written bytes.</summary>
    public static ReadOnlySpan<byte> WriteKyber(ReadOnlySpan<byte> value, Span<byte> destination)
    {
        destination[0] = KyberType;
        value.CopyTo(destination[1..]);
        return destination[..KyberSize];
    }

    public static bool TryReadKyber(ReadOnlySpan<byte> wire, out ReadOnlySpan<byte> value)
    {
        bool ok = wire.Length == KyberSize && wire[0] == KyberType;
        value = ok ? wire[1..] : default;
        return ok;
    }
}
