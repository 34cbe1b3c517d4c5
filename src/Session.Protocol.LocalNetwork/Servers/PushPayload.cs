using System.Buffers;
using System.Text;
using Session.Protocol.Cryptography;
using Session.Protocol.Encodings;
using Session.Protocol.LocalNetwork.Storage;

namespace Session.Protocol.LocalNetwork.Servers;

/// <summary>What a push server gives to the service that reaches a device (protocol/24 §2.4).</summary>
internal static class PushPayload
{
    /// <summary>Messages over this size are left out.</summary>
    private const int MaxData = 2_500;

    /// <summary>The plaintext is filled up with zeros to a multiple of this.</summary>
    private const int BlockSize = 256;

    /// <param name="subscription">What the device asked for.</param>
    /// <param name="message">The message.</param>
    /// <param name="nonce">24 bytes, random.</param>
    /// <returns>The nonce and what is encrypted with the key of the subscription.</returns>
    public static byte[] Seal(PushSubscription subscription, StoredMessage message, ReadOnlySpan<byte> nonce)
    {
        bool hasData = subscription.WantsData && message.Data.Length <= MaxData;
        string rest = !subscription.WantsData ? string.Empty
            : FormattableString.Invariant($", \"l\": {message.Data.Length}{(hasData ? string.Empty : ", \"B\": true")}");
        string head = FormattableString.Invariant(
            $"{{\"@\": \"{subscription.Account}\", \"#\": \"{message.Hash}\", \"n\": {message.Namespace}, \"t\": {message.Timestamp}, \"z\": {message.Expiry}{rest}}}");
        var list = new ArrayBufferWriter<byte>();
        var writer = new BencodeWriter(list);
        writer.StartList();
        writer.WriteString(Encoding.ASCII.GetBytes(head));
        if (hasData)
        {
            writer.WriteString(message.Data);
        }

        writer.End();
        byte[] padded = new byte[(list.WrittenCount + BlockSize - 1) / BlockSize * BlockSize];
        list.WrittenSpan.CopyTo(padded);

        byte[] payload = new byte[nonce.Length + padded.Length + XChaCha20Poly1305.TagSize];
        nonce.CopyTo(payload);
        XChaCha20Poly1305.Encrypt(subscription.EncryptionKey.Span, nonce, padded, payload.AsSpan(nonce.Length));
        return payload;
    }
}
