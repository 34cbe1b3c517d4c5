using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Session.Protocol.Hosting.Commands;

/// <summary>A text of a stranger, read as a command: name and words. Quotes hold words together, a backslash in quotes takes the next character as it is.</summary>
internal sealed class CommandLine
{
    /// <summary>Words read from one text: more than any command takes, and few enough that a text of spaces and letters costs nothing.</summary>
    public const int MaxWords = 64;

    private readonly string _text;
    private readonly List<(string Value, int Start)> _words;

    private CommandLine(string text, string name, List<(string, int)> words)
    {
        _text = text;
        Name = name;
        _words = words;
    }

    /// <summary>What follows the prefix, without it.</summary>
    public string Name { get; }

    public int Count => _words.Count;

    public string this[int index] => _words[index].Value;

    /// <summary>Everything from a word on, as it was written.</summary>
    public string From(int index) => _text[_words[index].Start..].TrimEnd();

    /// <returns>False when the text is no command, is not finished (an open quote) or has too many words.</returns>
    public static bool TryRead(string text, string prefix, [NotNullWhen(true)] out CommandLine? line)
    {
        line = null;
        if (!text.StartsWith(prefix, StringComparison.Ordinal))
        {
            return false;
        }

        int at = prefix.Length;
        int start = at;
        while (at < text.Length && !char.IsWhiteSpace(text[at]))
        {
            at++;
        }

        string name = text[start..at];
        if (!IsName(name))
        {
            return false;
        }

        List<(string, int)> words = [];
        while (true)
        {
            while (at < text.Length && char.IsWhiteSpace(text[at]))
            {
                at++;
            }

            if (at == text.Length)
            {
                line = new CommandLine(text, name, words);
                return true;
            }

            start = at;
            if (words.Count == MaxWords || !TryWord(text, ref at, out string? word))
            {
                return false;
            }

            words.Add((word, start));
        }
    }

    /// <summary>Letters, digits, hyphen and underscore; at most 32.</summary>
    public static bool IsName(string name) => name.Length is > 0 and <= 32 && name.All(x => char.IsAsciiLetterOrDigit(x) || x is '-' or '_');

    private static bool TryWord(string text, ref int at, [NotNullWhen(true)] out string? word)
    {
        word = null;
        var read = new StringBuilder();
        bool isQuoted = text[at] == '"';
        if (isQuoted)
        {
            at++;
        }

        for (; at < text.Length; at++)
        {
            char next = text[at];
            if (isQuoted ? next == '"' : char.IsWhiteSpace(next))
            {
                break;
            }

            if (isQuoted && next == '\\' && at + 1 < text.Length)
            {
                next = text[++at];
            }

            read.Append(next);
        }

        if (isQuoted && at++ >= text.Length)
        {
            return false;
        }

        word = read.ToString();
        return true;
    }
}
