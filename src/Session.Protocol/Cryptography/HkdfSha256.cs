using System.Security.Cryptography;

namespace Session.Protocol.Cryptography;

/// <summary>HKDF-SHA256 (RFC 5869) on spans. No salt means 32 zero bytes.</summary>
internal static class HkdfSha256
{
    /// <summary>Longest output in bytes: 255 blocks.</summary>
    public const int MaxOutputSize = 255 * HmacSha256.MacSize;

    // Keyed once: most derivations of the ratchet have no salt.
    private static readonly HmacSha256 NoSalt = new(new byte[HmacSha256.MacSize]);

    public static void DeriveKey(ReadOnlySpan<byte> input, ReadOnlySpan<byte> salt, ReadOnlySpan<byte> info, Span<byte> output)
    {
        if (output.Length > MaxOutputSize)
        {
            throw new ArgumentException($"Expected at most {MaxOutputSize} bytes, got {output.Length}.", nameof(output));
        }

        Span<byte> block = stackalloc byte[HmacSha256.MacSize];
        HmacSha256 extract = salt.IsEmpty ? NoSalt : new HmacSha256(salt);
        HmacSha256 keyed = default;
        HmacSha256 expand = default;
        try
        {
            extract.Append(input);
            extract.Finish(block);
            keyed = new HmacSha256(block);
            for (int written = 0; written < output.Length; written += block.Length)
            {
                expand = keyed;
                if (written > 0)
                {
                    expand.Append(block);
                }

                expand.Append(info);
                expand.Append([(byte)((written / block.Length) + 1)]);
                expand.Finish(block);
                block[..Math.Min(block.Length, output.Length - written)].CopyTo(output[written..]);
            }
        }
        finally
        {
            CryptographicOperations.ZeroMemory(block);
            extract.Clear();
            keyed.Clear();
            expand.Clear();
        }
    }
}
