using System.Security.Cryptography;
using Session.Protocol.Accounts;
using Session.Protocol.Cryptography;
using Session.Protocol.Sealing;

namespace Session.Protocol.Groups;

/// <summary>
/// The outer encryption of everything that lies in a group's swarm: a random nonce of 24 bytes, then XChaCha20-Poly1305 of the padded
/// object under a key that the present members have, bound to the group. It hides who writes and how much from the storage nodes and
/// from former members; what a message says is protected by the sender key inside.
/// </summary>
internal static class GroupBox
{
    public const int KeySize = XChaCha20Poly1305.KeySize;

    /// <summary>Largest object: what a node stores, less nonce, tag and padding.</summary>
    public const int MaxObjectSize = MaxStoredSize - Overhead - MessagePadding.BlockSize;

    private const int MaxStoredSize = 76_800;
    private const int Overhead = XChaCha20Poly1305.NonceSize + XChaCha20Poly1305.TagSize;

    /// <summary>A name for a key that does not give it away.</summary>
    public static GroupHash IdOf(ReadOnlySpan<byte> key)
    {
        Span<byte> named = stackalloc byte[16 + KeySize];
        "SessionGroupKey1"u8.CopyTo(named);
        key.CopyTo(named[16..]);
        GroupHash id = GroupHash.Of(named);
        CryptographicOperations.ZeroMemory(named);
        return id;
    }

    /// <exception cref="ArgumentException">The object is longer than <see cref="MaxObjectSize"/>.</exception>
    public static byte[] Seal(ReadOnlySpan<byte> key, AccountId group, ReadOnlySpan<byte> content, IRandomSource random)
    {
        if (content.Length > MaxObjectSize)
        {
            throw new ArgumentException($"Expected at most {MaxObjectSize} bytes, got {content.Length}.", nameof(content));
        }

        byte[] padded = new byte[MessagePadding.PaddedSize(content.Length)];
        byte[] stored = new byte[Overhead + padded.Length];
        MessagePadding.Pad(content, padded);
        Span<byte> nonce = stored.AsSpan(0, XChaCha20Poly1305.NonceSize);
        random.Fill(nonce);
        XChaCha20Poly1305.Encrypt(key, nonce, padded, stored.AsSpan(XChaCha20Poly1305.NonceSize), group.AsSpan());
        CryptographicOperations.ZeroMemory(padded);
        return stored;
    }

    /// <summary>The object, or null when it was encrypted with another key.</summary>
    public static byte[]? TryOpen(ReadOnlySpan<byte> key, AccountId group, ReadOnlySpan<byte> stored)
    {
        if (stored.Length < Overhead)
        {
            return null;
        }

        byte[] padded = new byte[stored.Length - Overhead];
        return XChaCha20Poly1305.TryDecrypt(key, stored[..XChaCha20Poly1305.NonceSize], stored[XChaCha20Poly1305.NonceSize..], padded, group.AsSpan())
            && MessagePadding.TryUnpad(padded, out int size)
            ? padded[..size]
            : null;
    }
}
