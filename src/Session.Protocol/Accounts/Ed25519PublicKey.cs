using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using Session.Protocol.Cryptography;

namespace Session.Protocol.Accounts;

/// <summary>An Ed25519 public key, 32 bytes (RFC 8032): what signatures are checked with. An immutable value; equality is not constant-time because the key is public.</summary>
public readonly struct Ed25519PublicKey : IEquatable<Ed25519PublicKey>
{
    /// <summary>Size in bytes.</summary>
    public const int Size = Bytes32.Size;

    private readonly Bytes32 _bytes;

    /// <summary>Copies a key. The bytes are not checked to be a point of the curve.</summary>
    /// <param name="bytes">32 bytes.</param>
    /// <exception cref="ArgumentException">Not 32 bytes.</exception>
    public Ed25519PublicKey(ReadOnlySpan<byte> bytes) => _bytes = new Bytes32(bytes);

    /// <summary>Reads 64 hexadecimal digits of either case.</summary>
    /// <param name="hex">The text.</param>
    /// <returns>The key.</returns>
    /// <exception cref="FormatException">Not 64 hexadecimal digits.</exception>
    public static Ed25519PublicKey Parse(ReadOnlySpan<char> hex) =>
        TryParse(hex, out Ed25519PublicKey key) ? key : throw new FormatException("Expected 64 hexadecimal digits.");

    /// <summary>Reads 64 hexadecimal digits of either case.</summary>
    /// <param name="hex">The text.</param>
    /// <param name="key">The key, or the default value.</param>
    /// <returns>False when the text is anything else.</returns>
    public static bool TryParse(ReadOnlySpan<char> hex, out Ed25519PublicKey key)
    {
        Span<byte> bytes = stackalloc byte[Size];
        bool ok = hex.Length == 2 * Size && Convert.FromHexString(hex, bytes, out _, out int written) == System.Buffers.OperationStatus.Done && written == Size;
        key = ok ? new Ed25519PublicKey(bytes) : default;
        return ok;
    }

    /// <summary>The X25519 form of this key, u = (1 + y) / (1 - y). It costs more than a key agreement: keep the result.</summary>
    /// <param name="key">The converted key, or the default value.</param>
    /// <returns>False for points off the curve, of small order or outside the prime-order subgroup.</returns>
    public bool TryToX25519(out X25519PublicKey key)
    {
        Span<byte> bytes = stackalloc byte[X25519PublicKey.Size];
        bool ok = Ed25519.TryPublicKeyToX25519(AsSpan(), bytes);
        key = ok ? new X25519PublicKey(bytes) : default;
        return ok;
    }

    /// <summary>Checks an Ed25519 signature, strictly: S below the group order, no small-order key.</summary>
    /// <param name="message">The signed bytes.</param>
    /// <param name="signature">64 bytes; any other length is not valid.</param>
    /// <returns>Whether the signature was made over the message by the holder of this key.</returns>
    public bool Verify(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) => Ed25519.Verify(AsSpan(), message, signature);

    /// <summary>The 32 bytes.</summary>
    /// <returns>A view that lives as long as this value.</returns>
    [UnscopedRef]
    public ReadOnlySpan<byte> AsSpan() => _bytes;

    /// <summary>The 64 lower-case hexadecimal digits.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => Convert.ToHexStringLower(AsSpan());

    /// <inheritdoc/>
    public bool Equals(Ed25519PublicKey other) => AsSpan().SequenceEqual(other.AsSpan());

    /// <inheritdoc/>
    public override bool Equals([NotNullWhen(true)] object? obj) => obj is Ed25519PublicKey other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => MemoryMarshal.Read<int>(AsSpan());

    /// <summary>Same bytes.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    /// <returns>Whether they are equal.</returns>
    public static bool operator ==(Ed25519PublicKey left, Ed25519PublicKey right) => left.Equals(right);

    /// <summary>Other bytes.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    /// <returns>Whether they differ.</returns>
    public static bool operator !=(Ed25519PublicKey left, Ed25519PublicKey right) => !left.Equals(right);
}
