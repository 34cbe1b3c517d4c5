namespace Session.Protocol.LocalNetwork.Rpc;

/// <summary>The base32z alphabet of <c>.snode</c> addresses, five bits at a time, most significant first (protocol/20 §1).</summary>
internal static class Base32Z
{
    private const string Alphabet = "ybndrfg8ejkmcpqxot1uwisza345h769";
    private const int BitsPerDigit = 5;

    public static string Encode(ReadOnlySpan<byte> bytes)
    {
        int bits = bytes.Length * 8;
        Span<char> text = stackalloc char[(bits + BitsPerDigit - 1) / BitsPerDigit];
        for (int digit = 0; digit < text.Length; digit++)
        {
            int value = 0;
            for (int bit = digit * BitsPerDigit; bit < (digit + 1) * BitsPerDigit; bit++)
            {
                value = (value << 1) | (bit < bits ? (bytes[bit / 8] >> (7 - (bit % 8))) & 1 : 0);
            }

            text[digit] = Alphabet[value];
        }

        return new string(text);
    }
}
