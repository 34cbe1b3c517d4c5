using System.Globalization;

namespace Session.Protocol.Mnemonics;

/// <summary>
/// Cuts a typed phrase into words. Runs of white space, punctuation and invisible characters separate them, so lists and
/// copied text are read too; an apostrophe is a letter in some word lists.
/// </summary>
internal ref struct PhraseWords(ReadOnlySpan<char> phrase)
{
    private ReadOnlySpan<char> _rest = phrase;

    /// <summary>The next word as it was typed.</summary>
    public bool TryRead(out ReadOnlySpan<char> word)
    {
        int start = 0;
        while (start < _rest.Length && IsSeparator(_rest[start]))
        {
            start++;
        }

        int end = start;
        while (end < _rest.Length && !IsSeparator(_rest[end]))
        {
            end++;
        }

        word = _rest[start..end];
        _rest = _rest[end..];
        return !word.IsEmpty;
    }

    private static bool IsSeparator(char c) => char.IsWhiteSpace(c)
        || char.IsControl(c)
        || (char.IsPunctuation(c) && c != '\'')
        || CharUnicodeInfo.GetUnicodeCategory(c) == UnicodeCategory.Format;
}
