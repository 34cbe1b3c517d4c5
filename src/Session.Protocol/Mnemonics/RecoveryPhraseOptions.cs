namespace Session.Protocol.Mnemonics;

/// <summary>Which phrases are accepted or made. Immutable; the default is what released clients write, 13 English words.</summary>
public sealed record RecoveryPhraseOptions
{
    /// <summary>Exactly 13 English words.</summary>
    public static RecoveryPhraseOptions Default { get; } = new();

    /// <summary>The word list; <see cref="MnemonicLanguage.English"/>.</summary>
    public MnemonicLanguage Language { get; init; } = MnemonicLanguage.English;

    /// <summary>Reads phrases whose checksum word is missing too. False: a forgotten or wrong word then goes unnoticed.</summary>
    public bool AllowMissingChecksum { get; init; }

    /// <summary>Also reads and makes phrases of 25 words for full 32-byte seeds, which most clients refuse. False.</summary>
    public bool AllowLongPhrase { get; init; }
}
