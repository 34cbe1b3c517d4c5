using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Session.Protocol.Accounts;

/// <summary>
/// Names one member of a group to the service nodes without telling who the member is: the group's prefix, the rights and a
/// blinded Ed25519 key (protocol/21 §4). Public; an immutable value.
/// </summary>
public readonly struct SubaccountToken : IEquatable<SubaccountToken>
{
    /// <summary>Size in bytes.</summary>
    public const int Size = 36;

    private const int KeyOffset = 4;

    private readonly Bytes36 _bytes;

    internal SubaccountToken(AccountIdPrefix prefix, SubaccountRights rights, ReadOnlySpan<byte> key)
    {
        Span<byte> bytes = _bytes;
        bytes[0] = (byte)prefix;
        bytes[1] = (byte)rights;
        key.CopyTo(bytes[KeyOffset..]);
    }

    private SubaccountToken(ReadOnlySpan<byte> bytes) => bytes.CopyTo(_bytes);

    /// <summary>Kind of account that the token is for.</summary>
    public AccountIdPrefix Prefix => (AccountIdPrefix)_bytes[0];

    /// <summary>What the holder may do.</summary>
    public SubaccountRights Rights => (SubaccountRights)_bytes[1];

    /// <summary>The key that the holder's signatures are checked with.</summary>
    public Ed25519PublicKey Key => new(AsSpan()[KeyOffset..]);

    /// <summary>Copies a token that came from elsewhere.</summary>
    /// <param name="bytes">Any bytes.</param>
    /// <param name="token">The token, or the default value.</param>
    /// <returns>False unless there are 36 bytes whose third and fourth are zero.</returns>
    public static bool TryCreate(ReadOnlySpan<byte> bytes, out SubaccountToken token)
    {
        bool ok = bytes.Length == Size && bytes[2] == 0 && bytes[3] == 0;
        token = ok ? new SubaccountToken(bytes) : default;
        return ok;
    }

    /// <summary>The 36 bytes.</summary>
    /// <returns>A view that lives as long as this value.</returns>
    [UnscopedRef]
    public ReadOnlySpan<byte> AsSpan() => _bytes;

    /// <summary>As requests carry it: 48 characters of base64.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => Convert.ToBase64String(AsSpan());

    /// <inheritdoc/>
    public bool Equals(SubaccountToken other) => AsSpan().SequenceEqual(other.AsSpan());

    /// <inheritdoc/>
    public override bool Equals([NotNullWhen(true)] object? obj) => obj is SubaccountToken other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => MemoryMarshal.Read<int>(AsSpan()[KeyOffset..]);

    /// <summary>Same bytes.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    /// <returns>Whether they are equal.</returns>
    public static bool operator ==(SubaccountToken left, SubaccountToken right) => left.Equals(right);

    /// <summary>Other bytes.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    /// <returns>Whether they differ.</returns>
    public static bool operator !=(SubaccountToken left, SubaccountToken right) => !left.Equals(right);

    [InlineArray(Size)]
    private struct Bytes36
    {
        private byte _first;
    }
}
