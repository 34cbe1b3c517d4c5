namespace Session.Protocol.Mnemonics;

/// <summary>What is wrong with a recovery phrase. An immutable value; its text form holds none of the words.</summary>
/// <param name="Error">The kind of error; <see cref="RecoveryPhraseError.None"/> when there is none.</param>
/// <param name="Position">The place of the unknown word or of the first of the three words out of range, counted from 0; else -1.</param>
/// <param name="NearestWord">
/// For an unknown word the known word that resembles it most, or null. It is probably the word that was meant and so part
/// of the secret: show it to the owner, never log it.
/// </param>
public readonly record struct RecoveryPhraseFailure(RecoveryPhraseError Error, int Position, string? NearestWord)
{
    internal RecoveryPhraseFailure(RecoveryPhraseError error)
        : this(error, -1, null)
    {
    }

    /// <summary>A sentence for developers without any word of the phrase.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => Error switch
    {
        RecoveryPhraseError.None => "The recovery phrase is valid.",
        RecoveryPhraseError.Empty => "The recovery phrase is empty.",
        RecoveryPhraseError.TooFewWords => "The recovery phrase has too few words.",
        RecoveryPhraseError.TooManyWords => "The recovery phrase has too many words.",
        RecoveryPhraseError.UnknownWord => $"Word {Position + 1} of the recovery phrase is not in the word list.",
        RecoveryPhraseError.OutOfRange => $"Words {Position + 1} to {Position + 3} of the recovery phrase encode no seed.",
        _ => "The last word of the recovery phrase does not fit the others.",
    };
}
