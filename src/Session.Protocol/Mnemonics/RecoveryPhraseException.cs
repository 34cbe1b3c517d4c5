namespace Session.Protocol.Mnemonics;

/// <summary>A text is no recovery phrase. The message holds none of its words.</summary>
public sealed class RecoveryPhraseException : FormatException
{
    /// <summary>Wraps a failure.</summary>
    /// <param name="failure">What is wrong.</param>
    public RecoveryPhraseException(RecoveryPhraseFailure failure)
        : base(failure.ToString()) => Failure = failure;

    /// <summary>What is wrong, where, and which word may have been meant.</summary>
    public RecoveryPhraseFailure Failure { get; }
}
