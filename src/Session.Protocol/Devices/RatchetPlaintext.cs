using System.Security.Cryptography;
using Session.Protocol.Accounts;
using Session.Protocol.Sealing;

namespace Session.Protocol.Devices;

/// <summary>
/// What a ratchet message encrypts: the ids of sender and recipient, then the Content, padded to 160 bytes as in version 1. The ids
/// keep one account from passing on what another encrypted: a ratchet session knows devices only.
/// </summary>
internal static class RatchetPlaintext
{
    private const int HeaderSize = 2 * AccountId.Size;

    /// <summary>The padded plaintext; the caller zeroes it.</summary>
    public static byte[] Create(AccountId sender, AccountId recipient, ReadOnlySpan<byte> content)
    {
        byte[] message = new byte[HeaderSize + content.Length];
        sender.AsSpan().CopyTo(message);
        recipient.AsSpan().CopyTo(message.AsSpan(AccountId.Size));
        content.CopyTo(message.AsSpan(HeaderSize));
        byte[] padded = new byte[MessagePadding.PaddedSize(message.Length)];
        MessagePadding.Pad(message, padded);
        CryptographicOperations.ZeroMemory(message);
        return padded;
    }

    /// <summary>False when it is padded wrongly or was written for other accounts.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> plaintext, AccountId sender, AccountId recipient, out ReadOnlyMemory<byte> content)
    {
        ReadOnlySpan<byte> span = plaintext.Span;
        bool ok = MessagePadding.TryUnpad(span, out int size)
            && size > HeaderSize
            && span[..AccountId.Size].SequenceEqual(sender.AsSpan())
            && span[AccountId.Size..HeaderSize].SequenceEqual(recipient.AsSpan());
        content = ok ? plaintext[HeaderSize..size] : default;
        return ok;
    }
}
