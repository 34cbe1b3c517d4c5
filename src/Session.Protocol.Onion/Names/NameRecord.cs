using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Session.Protocol.Accounts;
using Session.Protocol.Cryptography;
using Session.Protocol.Onion.Json;

namespace Session.Protocol.Onion.Names;

/// <summary>
/// What the chain holds for a name: the account, encrypted with a key that follows from the name (protocol/27 §3). Who does not know
/// the name cannot read it; who guesses the name can. Records of the old form have no nonce.
/// </summary>
internal sealed record NameRecord(string EncryptedValue, string? Nonce)
{
    public const int HashSize = 32;

    /// <summary>More than any record: an account is 33 bytes, a wallet address at most 73.</summary>
    private const int MaxValueSize = 256;

    // The old form: Argon2id with fixed cost and an empty salt, then secretbox with an empty nonce.
    private const int LegacyPasses = 3;
    private const int LegacyMemory = 256 * 1024 * 1024;

    /// <summary>No record.</summary>
    public static NameRecord None { get; } = new(string.Empty, null);

    /// <summary>Hashes a name that is in lower case already.</summary>
    public static byte[] HashOf(string name)
    {
        byte[] hash = new byte[HashSize];
        Blake2b.Hash(Encoding.UTF8.GetBytes(name), hash);
        return hash;
    }

    /// <summary>Reads a daemon's answer; null for one of another form. Hexadecimal in lower case, so that answers can be compared.</summary>
    public static NameRecord? Read(ReadOnlyMemory<byte> json) => JsonText.Read(json, result =>
    {
        if (result.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        bool hasNonce = result.TryGetText("nonce"u8, out string? nonce) && nonce.Length > 0;
        return result.TryGetText("encrypted_value"u8, out string? value) && value.Length > 0
            ? new NameRecord(value.ToLowerInvariant(), hasNonce ? nonce!.ToLowerInvariant() : null)
            : None;
    });

    /// <summary>Whether opening it takes the time and memory of the old form.</summary>
    public bool IsLegacy => Nonce is null;

    /// <summary>The account; null when the record was not made for this name or holds something else.</summary>
    public AccountId? Open(string name)
    {
        if (EncryptedValue.Length > 2 * MaxValueSize || !TryHex(EncryptedValue, out byte[] encrypted))
        {
            return null;
        }

        Span<byte> key = stackalloc byte[XChaCha20Poly1305.KeySize];
        byte[] nameBytes = Encoding.UTF8.GetBytes(name);
        try
        {
            if (Nonce is null)
            {
                Argon2id.Derive(nameBytes, new byte[Argon2id.SaltSize], LegacyPasses, LegacyMemory, key);
                return OpenLegacy(key, encrypted);
            }

            Blake2b.Hash(nameBytes, HashOf(name), key);
            return OpenCurrent(key, encrypted, Nonce);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    private static AccountId? OpenCurrent(ReadOnlySpan<byte> key, byte[] encrypted, string nonceText)
    {
        byte[] value = new byte[AccountId.Size];
        return encrypted.Length == AccountId.Size + XChaCha20Poly1305.TagSize
            && TryHex(nonceText, out byte[] nonce)
            && nonce.Length == XChaCha20Poly1305.NonceSize
            && XChaCha20Poly1305.TryDecrypt(key, nonce, encrypted, value)
            ? ToAccount(value)
            : null;
    }

    private static AccountId? OpenLegacy(ReadOnlySpan<byte> key, byte[] encrypted)
    {
        byte[] value = new byte[AccountId.Size];
        return encrypted.Length == AccountId.Size + CryptoBox.TagSize && CryptoBox.TryDecrypt(key, new byte[CryptoBox.NonceSize], encrypted, value)
            ? ToAccount(value)
            : null;
    }

    private static AccountId? ToAccount(byte[] value) =>
        AccountId.TryCreate(value, out AccountId account) && account.Prefix == AccountIdPrefix.Standard ? account : null;

    private static bool TryHex(string text, out byte[] bytes)
    {
        bytes = new byte[text.Length / 2];
        return text.Length % 2 == 0 && Convert.FromHexString(text, bytes, out _, out int written) == System.Buffers.OperationStatus.Done && written == bytes.Length;
    }
}
