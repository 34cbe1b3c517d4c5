using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Session.Protocol.Cryptography;

namespace Session.Protocol.Mnemonics;

/// <summary>
/// Seeds as words, exactly as Session clients write and read them (protocol/10 §3 and §4): each 4 bytes make three words,
/// and one of the words is repeated at the end as a weak checksum. A phrase is the account: keep it out of logs.
/// Stateless and safe for concurrent use.
/// </summary>
public static class RecoveryPhrase
{
    /// <summary>Size in bytes of the seed that 13 words express.</summary>
    public const int ShortSeedSize = 16;

    /// <summary>Size in bytes of the seed that 25 words express, and of every decoded seed.</summary>
    public const int SeedSize = 32;

    /// <summary>Words of a phrase for a short seed, checksum included.</summary>
    public const int WordCount = 13;

    /// <summary>Words of a phrase for a full seed, checksum included.</summary>
    public const int LongWordCount = 25;

    /// <summary>A span of this many characters takes any phrase of <see cref="TryEncode"/>.</summary>
    public const int MaxLength = 512;

    private const int Base = MnemonicLanguage.WordCount;
    private const int BytesPerGroup = 4;
    private const int WordsPerGroup = 3;

    /// <summary>The phrase of a seed. A string stays in memory until it is collected; <see cref="TryEncode"/> avoids that.</summary>
    /// <param name="seed">16 bytes (13 words) or 32 bytes (25 words).</param>
    /// <param name="language">English by default.</param>
    /// <returns>Lower-case words with one space between them.</returns>
    /// <exception cref="ArgumentException">Neither 16 nor 32 bytes.</exception>
    public static string Encode(ReadOnlySpan<byte> seed, MnemonicLanguage? language = null)
    {
        Span<char> phrase = stackalloc char[MaxLength];
        try
        {
            bool fits = TryEncode(seed, phrase, out int length, language);
            Debug.Assert(fits, "The buffer takes every phrase.");
            return new string(phrase[..length]);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(phrase));
        }
    }

    /// <summary>Writes the phrase of a seed into memory that the caller clears.</summary>
    /// <param name="seed">16 bytes (13 words) or 32 bytes (25 words).</param>
    /// <param name="phrase">Receives lower-case words with one space between them; <see cref="MaxLength"/> characters are enough.</param>
    /// <param name="length">Characters written.</param>
    /// <param name="language">English by default.</param>
    /// <returns>False when the span is too short; it is then cleared.</returns>
    /// <exception cref="ArgumentException">Neither 16 nor 32 bytes.</exception>
    public static bool TryEncode(ReadOnlySpan<byte> seed, Span<char> phrase, out int length, MnemonicLanguage? language = null)
    {
        if (seed.Length is not (ShortSeedSize or SeedSize))
        {
            throw new ArgumentException($"Expected 16 or 32 bytes, got {seed.Length}.", nameof(seed));
        }

        language ??= MnemonicLanguage.English;
        Span<int> indexes = stackalloc int[LongWordCount];
        int count = seed.Length / BytesPerGroup * WordsPerGroup;
        try
        {
            for (int group = 0; group < seed.Length / BytesPerGroup; group++)
            {
                EncodeGroup(BinaryPrimitives.ReadUInt32LittleEndian(seed[(group * BytesPerGroup)..]), indexes[(group * WordsPerGroup)..]);
            }

            indexes[count] = indexes[ChecksumIndex(indexes[..count], language)];
            return TryJoin(indexes[..(count + 1)], language, phrase, out length);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(indexes));
        }
    }

    /// <summary>The seed of a phrase that somebody typed. Case, spacing, punctuation and the ends of the words do not matter.</summary>
    /// <param name="phrase">Any text.</param>
    /// <param name="seed">Receives 32 bytes, for 13 words the last 16 of them zero; all zero on failure. The caller clears it.</param>
    /// <param name="failure">What is wrong, where, and which word may have been meant.</param>
    /// <param name="options">Exactly 13 English words by default.</param>
    /// <returns>False when the text is no phrase.</returns>
    /// <exception cref="ArgumentException">The seed span is not 32 bytes.</exception>
    public static bool TryDecode(ReadOnlySpan<char> phrase, Span<byte> seed, out RecoveryPhraseFailure failure, RecoveryPhraseOptions? options = null)
    {
        Error.RequireLength(seed.Length, SeedSize, nameof(seed));
        options ??= RecoveryPhraseOptions.Default;
        Span<int> indexes = stackalloc int[LongWordCount];
        seed.Clear();
        try
        {
            failure = CountWords(phrase, options, out int count);
            if (failure.Error == RecoveryPhraseError.None)
            {
                failure = FindWords(phrase, options.Language, indexes[..count]);
            }

            if (failure.Error == RecoveryPhraseError.None)
            {
                failure = DecodeIndexes(indexes[..count], options.Language, seed);
            }

            if (failure.Error != RecoveryPhraseError.None)
            {
                CryptographicOperations.ZeroMemory(seed);
            }

            return failure.Error == RecoveryPhraseError.None;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(indexes));
        }
    }

    /// <summary>The seed of a phrase that is known to be good.</summary>
    /// <param name="phrase">The text.</param>
    /// <param name="seed">Receives 32 bytes, for 13 words the last 16 of them zero. The caller clears it.</param>
    /// <param name="options">Exactly 13 English words by default.</param>
    /// <exception cref="RecoveryPhraseException">The text is no phrase.</exception>
    /// <exception cref="ArgumentException">The seed span is not 32 bytes.</exception>
    public static void Decode(ReadOnlySpan<char> phrase, Span<byte> seed, RecoveryPhraseOptions? options = null)
    {
        if (!TryDecode(phrase, seed, out RecoveryPhraseFailure failure, options))
        {
            throw new RecoveryPhraseException(failure);
        }
    }

    private static void EncodeGroup(uint value, Span<int> indexes)
    {
        indexes[0] = (int)(value % Base);
        indexes[1] = (int)((value / Base + (uint)indexes[0]) % Base);
        indexes[2] = (int)((value / Base / Base + (uint)indexes[1]) % Base);
    }

    // Up to Base^3 - 1, which is above 2^32 - 1.
    private static ulong DecodeGroup(ReadOnlySpan<int> indexes)
    {
        int second = (Base - indexes[0] + indexes[1]) % Base;
        int third = (Base - indexes[1] + indexes[2]) % Base;
        return (ulong)indexes[0] + (ulong)Base * ((ulong)second + (ulong)Base * (ulong)third);
    }

    // Which of the words is repeated at the end.
    private static int ChecksumIndex(ReadOnlySpan<int> indexes, MnemonicLanguage language)
    {
        Span<byte> prefix = stackalloc byte[4 * language.PrefixLength];
        uint crc = 0;
        foreach (int index in indexes)
        {
            int size = Encoding.UTF8.GetBytes(language.Prefix(index), prefix);
            crc = Crc32.Append(crc, prefix[..size]);
        }

        CryptographicOperations.ZeroMemory(prefix);
        return (int)(crc % (uint)indexes.Length);
    }

    private static bool TryJoin(ReadOnlySpan<int> indexes, MnemonicLanguage language, Span<char> phrase, out int length)
    {
        length = 0;
        foreach (int index in indexes)
        {
            string word = language[index];
            int gap = length == 0 ? 0 : 1;
            if (length + gap + word.Length > phrase.Length)
            {
                CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(phrase));
                length = 0;
                return false;
            }

            phrase[length..(length + gap)].Fill(' ');
            word.CopyTo(phrase[(length + gap)..]);
            length += gap + word.Length;
        }

        return true;
    }

    private static RecoveryPhraseFailure CountWords(ReadOnlySpan<char> phrase, RecoveryPhraseOptions options, out int count)
    {
        count = 0;
        var words = new PhraseWords(phrase);
        while (count <= LongWordCount && words.TryRead(out _))
        {
            count++;
        }

        int checksum = options.AllowMissingChecksum ? 1 : 0;
        bool isShort = count <= WordCount && count >= WordCount - checksum;
        bool isLong = options.AllowLongPhrase && count <= LongWordCount && count >= LongWordCount - checksum;
        if (isShort || isLong)
        {
            return default;
        }

        int most = options.AllowLongPhrase ? LongWordCount : WordCount;
        return new RecoveryPhraseFailure(count == 0 ? RecoveryPhraseError.Empty
            : count < most ? RecoveryPhraseError.TooFewWords
            : RecoveryPhraseError.TooManyWords);
    }

    private static RecoveryPhraseFailure FindWords(ReadOnlySpan<char> phrase, MnemonicLanguage language, Span<int> indexes)
    {
        Span<char> folded = stackalloc char[EditDistance.MaxLength];
        var words = new PhraseWords(phrase);
        try
        {
            for (int i = 0; i < indexes.Length && words.TryRead(out ReadOnlySpan<char> word); i++)
            {
                int length = word.ToLowerInvariant(folded);
                if (length < 0)
                {
                    // Longer than any word that is worth a comparison.
                    return new RecoveryPhraseFailure(RecoveryPhraseError.UnknownWord, i, null);
                }

                if (!language.TryFind(folded[..length], out indexes[i]))
                {
                    return new RecoveryPhraseFailure(RecoveryPhraseError.UnknownWord, i, language.Nearest(folded[..length]));
                }
            }

            return default;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(folded));
        }
    }

    private static RecoveryPhraseFailure DecodeIndexes(ReadOnlySpan<int> indexes, MnemonicLanguage language, Span<byte> seed)
    {
        int groups = indexes.Length / WordsPerGroup;
        ReadOnlySpan<int> words = indexes[..(groups * WordsPerGroup)];
        for (int group = 0; group < groups; group++)
        {
            ulong value = DecodeGroup(words.Slice(group * WordsPerGroup, WordsPerGroup));
            if (value > uint.MaxValue)
            {
                return new RecoveryPhraseFailure(RecoveryPhraseError.OutOfRange, group * WordsPerGroup, null);
            }

            BinaryPrimitives.WriteUInt32LittleEndian(seed[(group * BytesPerGroup)..], (uint)value);
        }

        bool hasChecksum = indexes.Length > words.Length;
        return hasChecksum && words[ChecksumIndex(words, language)] != indexes[^1]
            ? new RecoveryPhraseFailure(RecoveryPhraseError.ChecksumMismatch)
            : default;
    }
}
