using System.Diagnostics.CodeAnalysis;
using Session.Protocol.Accounts;
using Session.Protocol.Cryptography;
using Session.Protocol.Encodings;
using Session.Protocol.Onion.Json;
using Session.Protocol.Onion.Swarms;

namespace Session.Protocol.Onion.Push;

/// <summary>
/// What a push service brought to the device (protocol/24 §2.4). The next poll fetches the message again, so it needs
/// de-duplication by its hash.
/// </summary>
public sealed record PushNotification
{
    /// <summary>Largest payload that is read, in bytes; push services carry 4 KiB.</summary>
    public const int MaxPayloadSize = 64 * 1024;

    private const int Overhead = XChaCha20Poly1305.NonceSize + XChaCha20Poly1305.TagSize;

    private PushNotification()
    {
    }

    /// <summary>Whose message.</summary>
    public AccountId Account { get; private init; }

    /// <summary>The message's hash.</summary>
    public string Hash { get; private init; } = string.Empty;

    /// <summary>The mailbox it was stored in.</summary>
    public SwarmNamespace Namespace { get; private init; }

    /// <summary>When the message was made, milliseconds since 1970; null if the server did not say.</summary>
    public long? Timestamp { get; private init; }

    /// <summary>When it will expire, milliseconds since 1970; null if the server did not say.</summary>
    public long? Expiry { get; private init; }

    /// <summary>The message as a swarm stores it; empty when it was too large or was not asked for.</summary>
    public ReadOnlyMemory<byte> Data { get; private init; }

    /// <summary>Whether there is a message that was too large for a notification: poll for it.</summary>
    public bool IsDataMissing { get; private init; }

    /// <summary>Decrypts and reads a notification.</summary>
    /// <param name="payload">The field <c>enc_payload</c>, base64 removed.</param>
    /// <param name="encryptionKey">The key of the subscription, 32 bytes.</param>
    /// <param name="notification">What it says, or null.</param>
    /// <returns>False for another key, altered bytes or another form.</returns>
    /// <exception cref="ArgumentException">The key is not 32 bytes.</exception>
    public static bool TryOpen(ReadOnlySpan<byte> payload, ReadOnlySpan<byte> encryptionKey, [NotNullWhen(true)] out PushNotification? notification)
    {
        notification = TryDecrypt(payload, encryptionKey, out byte[]? plain) ? Read(plain) : null;
        return notification is not null;
    }

    /// <summary>The kind only.</summary>
    /// <returns>The name of the record.</returns>
    public override string ToString() => nameof(PushNotification);

    /// <summary>The plaintext without the zeros at its end; one of zeros only stays as it is, as in official clients.</summary>
    internal static bool TryDecrypt(ReadOnlySpan<byte> payload, ReadOnlySpan<byte> key, [NotNullWhen(true)] out byte[]? plain)
    {
        plain = null;
        Error.RequireLength(key.Length, PushSubscription.EncryptionKeySize, nameof(key));
        if (payload.Length is < Overhead or > MaxPayloadSize)
        {
            return false;
        }

        byte[] padded = new byte[payload.Length - Overhead];
        if (!XChaCha20Poly1305.TryDecrypt(key, payload[..XChaCha20Poly1305.NonceSize], payload[XChaCha20Poly1305.NonceSize..], padded))
        {
            return false;
        }

        int last = padded.AsSpan().LastIndexOfAnyExcept((byte)0);
        plain = last < 0 ? padded : padded[..(last + 1)];
        return true;
    }

    private static PushNotification? Read(byte[] plain)
    {
        var reader = new BencodeReader(plain);
        if (!reader.TryStartList() || !reader.TryReadString(out ReadOnlySpan<byte> head))
        {
            return null;
        }

        byte[] data = [];
        if (!reader.IsAtContainerEnd)
        {
            if (!reader.TryReadString(out ReadOnlySpan<byte> found))
            {
                return null;
            }

            data = found.ToArray();
        }

        return JsonText.Read(head.ToArray(), json =>
            json.TryGetText("@"u8, out string? account)
            && AccountId.TryParse(account, out AccountId id)
            && json.TryGetText("#"u8, out string? hash)
            && json.GetInteger("n"u8) is >= short.MinValue and <= short.MaxValue and var space
                ? new PushNotification
                {
                    Account = id,
                    Hash = hash,
                    Namespace = new SwarmNamespace((short)space),
                    Timestamp = json.GetInteger("t"u8),
                    Expiry = json.GetInteger("z"u8),
                    Data = data,
                    IsDataMissing = data.Length == 0 && json.GetFlag("B"u8),
                }
                : null);
    }
}
