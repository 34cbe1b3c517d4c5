using System.Text;

namespace Session.Protocol.Messages;

/// <summary>Cuts received text to its limit without splitting a character.</summary>
internal static class TextCut
{
    /// <summary>Where the text ends after so many code points.</summary>
    /// <returns>An index into the text; its length if it has no more.</returns>
    public static int IndexOfCodePoint(ReadOnlySpan<char> text, int count)
    {
        int at = 0;
        for (int i = 0; i < count && at < text.Length; i++)
        {
            Rune.DecodeFromUtf16(text[at..], out _, out int length);
            at += length;
        }

        return at;
    }

    public static string ToCodePoints(string text, int max) =>
        text.Length <= max ? text : text[..IndexOfCodePoint(text, max)];

    /// <summary>Cuts UTF-8 that is known to be valid.</summary>
    public static ReadOnlySpan<byte> ToUtf8Size(ReadOnlySpan<byte> utf8, int max)
    {
        if (utf8.Length <= max)
        {
            return utf8;
        }

        int end = max;
        while (end > 0 && (utf8[end] & 0xC0) == 0x80)
        {
            end--;
        }

        return utf8[..end];
    }
}
