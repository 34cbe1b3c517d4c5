using System.Buffers;
using System.Text;
using Session.Protocol.Accounts;
using Session.Protocol.Cryptography;
using Session.Protocol.Onion.Swarms;

namespace Session.Protocol.Onion.Storage;

/// <summary>
/// The name of a stored message: BLAKE2b-256 of account, namespace and data in unpadded base64 (protocol/21 §5).
/// Time is no part of it, so the same bytes stored twice are one message.
/// </summary>
internal static class MessageHash
{
    private const int HashSize = 32;

    /// <summary>Computes the hash.</summary>
    /// <param name="account">Whose mailbox it is.</param>
    /// <param name="space">The namespace.</param>
    /// <param name="data">The stored bytes, before base64.</param>
    /// <returns>43 characters.</returns>
    public static string Compute(AccountId account, SwarmNamespace space, ReadOnlySpan<byte> data)
    {
        string text = space.ToSignedText();
        int length = AccountId.Size + text.Length + data.Length;
        byte[] rented = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            Span<byte> input = rented.AsSpan(0, length);
            account.AsSpan().CopyTo(input);
            int written = Encoding.ASCII.GetBytes(text, input[AccountId.Size..]);
            data.CopyTo(input[(AccountId.Size + written)..]);
            Span<byte> hash = stackalloc byte[HashSize];
            Blake2b.Hash(input, hash);
            Span<char> base64 = stackalloc char[StorageLimits.HashLength + 1];
            _ = Convert.TryToBase64Chars(hash, base64, out _);
            return new string(base64[..StorageLimits.HashLength]);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <summary>Whether a text has the form of a hash: 43 characters of standard base64.</summary>
    /// <param name="text">Any text.</param>
    /// <returns>Whether a node would take it as a hash.</returns>
    public static bool IsWellFormed(ReadOnlySpan<char> text) => text.Length == StorageLimits.HashLength && !text.ContainsAnyExcept(Base64Characters);

    private static readonly SearchValues<char> Base64Characters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
}
