using System.Collections.Frozen;
using System.Text;

namespace Session.Protocol.Mnemonics;

/// <summary>
/// The words of one language and how many letters of each tell it from the others (protocol/10 §2). Released clients use
/// English only. Immutable and safe for concurrent use.
/// </summary>
public sealed class MnemonicLanguage
{
    /// <summary>Words in every list: three of them express 32 bits.</summary>
    internal const int WordCount = 1626;

    private static readonly Lazy<MnemonicLanguage> LazyEnglish = new(() => Load("English", "english.txt", prefixLength: 3));

    private readonly string[] _words;
    private readonly FrozenDictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _lookup;

    private MnemonicLanguage(string name, string[] words, int prefixLength)
    {
        Name = name;
        PrefixLength = prefixLength;
        _words = words;
        _lookup = words.Index()
            .ToFrozenDictionary(x => x.Item[..prefixLength].ToLowerInvariant(), x => x.Index, StringComparer.Ordinal)
            .GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>English: 1626 words of 4 to 12 letters, told apart by the first three. The list of the Monero wallet.</summary>
    public static MnemonicLanguage English => LazyEnglish.Value;

    /// <summary>The language's English name.</summary>
    public string Name { get; }

    /// <summary>How many letters at the beginning of a word are looked at.</summary>
    public int PrefixLength { get; }

    /// <summary>All words in their order, which is what a phrase encodes.</summary>
    public IReadOnlyList<string> Words => _words;

    /// <inheritdoc/>
    public override string ToString() => Name;

    internal string this[int index] => _words[index];

    /// <summary>The part of a word that the checksum covers.</summary>
    internal ReadOnlySpan<char> Prefix(int index) => _words[index].AsSpan(0, PrefixLength);

    /// <summary>Finds a lower-case word by its first letters; what follows them is not looked at.</summary>
    internal bool TryFind(ReadOnlySpan<char> word, out int index)
    {
        index = -1;
        return word.Length >= PrefixLength && _lookup.TryGetValue(word[..PrefixLength], out index);
    }

    /// <summary>The word that differs from this one in the fewest letters, the first of several. At most <see cref="EditDistance.MaxLength"/> letters.</summary>
    internal string Nearest(ReadOnlySpan<char> word)
    {
        string nearest = _words[0];
        int best = int.MaxValue;
        foreach (string candidate in _words)
        {
            int distance = EditDistance.Between(word, candidate);
            if (distance < best)
            {
                best = distance;
                nearest = candidate;
            }
        }

        return nearest;
    }

    private static MnemonicLanguage Load(string name, string resource, int prefixLength)
    {
        using Stream stream = typeof(MnemonicLanguage).Assembly.GetManifestResourceStream("Session.Protocol.Mnemonics." + resource)!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return new MnemonicLanguage(name, reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries), prefixLength);
    }
}
