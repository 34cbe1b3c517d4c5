using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Session.Protocol.Cryptography;

namespace Session.Protocol.Accounts;

/// <summary>
/// The public name of an account or group: a prefix byte and a 32-byte key, as text 66 lower-case hexadecimal digits
/// (protocol/10 §6). An immutable value. It carries no checksum: a typing error gives another, unreachable id.
/// </summary>
public readonly struct AccountId : IEquatable<AccountId>
{
    /// <summary>Size in bytes, prefix included.</summary>
    public const int Size = 33;

    /// <summary>Length of the text form.</summary>
    public const int TextLength = 2 * Size;

    private readonly Bytes33 _bytes;

    /// <summary>Copies an id.</summary>
    /// <param name="bytes">33 bytes, the prefix first.</param>
    /// <exception cref="ArgumentException">Not 33 bytes, or an unknown prefix.</exception>
    public AccountId(ReadOnlySpan<byte> bytes)
    {
        if (!IsWellFormed(bytes))
        {
            throw new ArgumentException("Expected 33 bytes that start with 05, 03, 15 or 25.", nameof(bytes));
        }

        bytes.CopyTo(_bytes);
    }

    private AccountId(AccountIdPrefix prefix, ReadOnlySpan<byte> key)
    {
        _bytes[0] = (byte)prefix;
        key.CopyTo(((Span<byte>)_bytes)[1..]);
    }

    /// <summary>What kind of id this is.</summary>
    public AccountIdPrefix Prefix => (AccountIdPrefix)_bytes[0];

    /// <summary>The account that receives with this key: prefix <c>05</c>.</summary>
    /// <param name="key">The account's X25519 key.</param>
    /// <returns>The id.</returns>
    public static AccountId FromX25519(X25519PublicKey key) => new(AccountIdPrefix.Standard, key.AsSpan());

    /// <summary>The account of this signing key: prefix <c>05</c> and the key's X25519 form.</summary>
    /// <param name="key">The account's Ed25519 key.</param>
    /// <param name="id">The id, or the default value.</param>
    /// <returns>False for a key that is no point of the prime-order subgroup.</returns>
    public static bool TryFromEd25519(Ed25519PublicKey key, out AccountId id)
    {
        bool ok = key.TryToX25519(out X25519PublicKey x25519);
        id = ok ? FromX25519(x25519) : default;
        return ok;
    }

    /// <summary>The group with this Ed25519 key: prefix <c>03</c>.</summary>
    /// <param name="key">The group's Ed25519 key.</param>
    /// <returns>The id.</returns>
    public static AccountId ForGroup(Ed25519PublicKey key) => new(AccountIdPrefix.Group, key.AsSpan());

    /// <summary>Reads 66 hexadecimal digits of either case.</summary>
    /// <param name="text">The text, nothing around it.</param>
    /// <returns>The id.</returns>
    /// <exception cref="FormatException">Another length, other characters or an unknown prefix.</exception>
    public static AccountId Parse(ReadOnlySpan<char> text) => TryParse(text, out AccountId id)
        ? id
        : throw new FormatException("Expected 66 hexadecimal digits that start with 05, 03, 15 or 25.");

    /// <summary>Reads 66 hexadecimal digits of either case.</summary>
    /// <param name="text">The text, nothing around it.</param>
    /// <param name="id">The id, or the default value.</param>
    /// <returns>False when the text is anything else.</returns>
    public static bool TryParse(ReadOnlySpan<char> text, out AccountId id)
    {
        Span<byte> bytes = stackalloc byte[Size];
        if (text.Length == TextLength && Convert.FromHexString(text, bytes, out _, out int written) == System.Buffers.OperationStatus.Done && written == Size)
        {
            return TryCreate(bytes, out id);
        }

        id = default;
        return false;
    }

    /// <summary>Copies an id that came from elsewhere.</summary>
    /// <param name="bytes">Any bytes.</param>
    /// <param name="id">The id, or the default value.</param>
    /// <returns>False unless there are 33 bytes with a known prefix.</returns>
    public static bool TryCreate(ReadOnlySpan<byte> bytes, out AccountId id)
    {
        bool ok = IsWellFormed(bytes);
        id = ok ? new AccountId(bytes) : default;
        return ok;
    }

    /// <summary>The 33 bytes, the prefix first.</summary>
    /// <returns>A view that lives as long as this value.</returns>
    [UnscopedRef]
    public ReadOnlySpan<byte> AsSpan() => _bytes;

    /// <summary>The 32 bytes behind the prefix: an X25519 key for accounts, an Ed25519 key for groups.</summary>
    /// <returns>A view that lives as long as this value.</returns>
    [UnscopedRef]
    public ReadOnlySpan<byte> KeySpan() => AsSpan()[1..];

    /// <summary>The 66 lower-case hexadecimal digits.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => Convert.ToHexStringLower(AsSpan());

    /// <inheritdoc/>
    public bool Equals(AccountId other) => AsSpan().SequenceEqual(other.AsSpan());

    /// <inheritdoc/>
    public override bool Equals([NotNullWhen(true)] object? obj) => obj is AccountId other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => MemoryMarshal.Read<int>(KeySpan());

    /// <summary>Same bytes.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    /// <returns>Whether they are equal.</returns>
    public static bool operator ==(AccountId left, AccountId right) => left.Equals(right);

    /// <summary>Other bytes.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    /// <returns>Whether they differ.</returns>
    public static bool operator !=(AccountId left, AccountId right) => !left.Equals(right);

    private static bool IsWellFormed(ReadOnlySpan<byte> bytes) => bytes.Length == Size
        && (AccountIdPrefix)bytes[0] is AccountIdPrefix.Standard or AccountIdPrefix.Group or AccountIdPrefix.Blinded15 or AccountIdPrefix.Blinded25;

    [InlineArray(Size)]
    private struct Bytes33
    {
        private byte _first;
    }
}
