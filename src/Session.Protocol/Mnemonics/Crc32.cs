namespace Session.Protocol.Mnemonics;

/// <summary>CRC-32 of IEEE 802.3, as zlib computes it. The framework has it only in a separate package, for which 36 bytes are too few.</summary>
internal static class Crc32
{
    private const uint ReflectedPolynomial = 0xedb88320;

    public static uint Append(uint crc, ReadOnlySpan<byte> bytes)
    {
        crc = ~crc;
        foreach (byte b in bytes)
        {
            crc ^= b;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) * ReflectedPolynomial);
            }
        }

        return ~crc;
    }
}
