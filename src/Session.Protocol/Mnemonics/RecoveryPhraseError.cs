namespace Session.Protocol.Mnemonics;

/// <summary>Why a text is no recovery phrase, in the order of the checks.</summary>
public enum RecoveryPhraseError
{
    /// <summary>It is one.</summary>
    None = 0,

    /// <summary>No word at all.</summary>
    Empty,

    /// <summary>Fewer words than a phrase has. A 13-word phrase without its last word counts here unless <see cref="RecoveryPhraseOptions.AllowMissingChecksum"/>.</summary>
    TooFewWords,

    /// <summary>More words than a phrase has.</summary>
    TooManyWords,

    /// <summary>A word that is not in the list, also with fewer letters than the list needs.</summary>
    UnknownWord,

    /// <summary>Three words that together are the encoding of nothing. Some clients accept them and lose the excess.</summary>
    OutOfRange,

    /// <summary>The last word does not fit the others: a word is wrong or misplaced.</summary>
    ChecksumMismatch,
}
