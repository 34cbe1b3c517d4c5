using Session.Protocol.Cryptography;

namespace Session.Protocol.Attachments;

/// <summary>Sizes of the older encryption: IV, ciphertext, MAC (protocol/13 §14.2).</summary>
internal static class LegacyLayout
{
    public const int IvSize = AesCbc.BlockSize;
    public const int MacSize = 32;

    /// <summary>The AES key, then the MAC key.</summary>
    public const int KeySize = AesCbc.KeySize + MacSize;

    /// <summary>Largest file, and largest padded file: more would make a blob above the 10 000 000 bytes that servers take.</summary>
    public const int MaxSize = 9_999_949;

    private const int SmallestPadded = 541;
    private const double Growth = 1.05;

    /// <summary>Size after zeros were appended: the next power of 1.05.</summary>
    public static int PaddedSize(int size)
    {
        if (size <= SmallestPadded)
        {
            return SmallestPadded;
        }

        double bucket = Math.Floor(Math.Pow(Growth, Math.Ceiling(Math.Log(size) / Math.Log(Growth))));
        return Math.Max(size, (int)Math.Min(bucket, MaxSize));
    }

    /// <summary>Size of the blob of a file.</summary>
    public static int EncryptedSize(int size) => IvSize + AesCbc.CiphertextSize(PaddedSize(size)) + MacSize;
}
