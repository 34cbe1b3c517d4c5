using System.Security.Cryptography;

namespace Session.Protocol.Cryptography;

/// <summary>AES-256-CBC with PKCS#7 padding. It authenticates nothing: check a MAC first.</summary>
internal static class AesCbc
{
    public const int KeySize = 32;
    public const int BlockSize = 16;

    // What a worker holds between messages; setting a key wipes the one before.
    private static readonly byte[] NoKey = new byte[KeySize];

    // Making an object costs a tenth of a 1 KiB message and twice the memory of setting a key.
    [ThreadStatic]
    private static Aes? _worker;

    /// <summary>Size of the ciphertext: the next multiple of 16 above the plaintext.</summary>
    public static int CiphertextSize(int plaintextSize) => ((plaintextSize / BlockSize) + 1) * BlockSize;

    public static void Encrypt(ReadOnlySpan<byte> key, ReadOnlySpan<byte> iv, ReadOnlySpan<byte> plaintext, Span<byte> ciphertext)
    {
        Aes aes = Keyed(key);
        _ = aes.EncryptCbc(plaintext, iv, ciphertext);
        aes.SetKey(NoKey);
    }

    /// <summary>
    /// False when the size is no positive multiple of 16 or the padding is wrong. The plaintext needs the room of the ciphertext.
    /// </summary>
    public static bool TryDecrypt(ReadOnlySpan<byte> key, ReadOnlySpan<byte> iv, ReadOnlySpan<byte> ciphertext, Span<byte> plaintext, out int size)
    {
        size = 0;
        if (ciphertext.IsEmpty || ciphertext.Length % BlockSize != 0)
        {
            return false;
        }

        Error.RequireLength(plaintext.Length, ciphertext.Length, nameof(plaintext));
        Aes aes = Keyed(key);

        // The padding is taken off here, because the framework tells a wrong one by an exception.
        _ = aes.DecryptCbc(ciphertext, iv, plaintext, PaddingMode.None);
        aes.SetKey(NoKey);
        if (!TryUnpad(plaintext, out size))
        {
            plaintext.Clear();
            return false;
        }

        plaintext[size..].Clear();
        return true;
    }

    /// <summary>Finds the PKCS#7 padding at the end of one or more blocks; false when it is wrong.</summary>
    public static bool TryUnpad(ReadOnlySpan<byte> plaintext, out int size)
    {
        int padding = plaintext[^1];
        bool isGood = padding is >= 1 and <= BlockSize && !plaintext[^padding..].ContainsAnyExcept((byte)padding);
        size = isGood ? plaintext.Length - padding : 0;
        return isGood;
    }

    /// <summary>Whole blocks without padding: one piece of a longer text. The next piece's IV is the last block of this ciphertext.</summary>
    public static void EncryptBlocks(ReadOnlySpan<byte> key, ReadOnlySpan<byte> iv, ReadOnlySpan<byte> plaintext, Span<byte> ciphertext)
    {
        Aes aes = Keyed(key);
        _ = aes.EncryptCbc(plaintext, iv, ciphertext, PaddingMode.None);
        aes.SetKey(NoKey);
    }

    /// <summary>Undoes <see cref="EncryptBlocks"/>.</summary>
    public static void DecryptBlocks(ReadOnlySpan<byte> key, ReadOnlySpan<byte> iv, ReadOnlySpan<byte> ciphertext, Span<byte> plaintext)
    {
        Aes aes = Keyed(key);
        _ = aes.DecryptCbc(ciphertext, iv, plaintext, PaddingMode.None);
        aes.SetKey(NoKey);
    }

    private static Aes Keyed(ReadOnlySpan<byte> key)
    {
        Error.RequireLength(key.Length, KeySize, nameof(key));
        Aes aes = _worker ??= Aes.Create();
        aes.SetKey(key);
        return aes;
    }
}
