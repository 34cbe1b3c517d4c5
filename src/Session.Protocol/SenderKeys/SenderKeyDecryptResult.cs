namespace Session.Protocol.SenderKeys;

/// <summary>An opened group message, or why it was refused.</summary>
public readonly record struct SenderKeyDecryptResult
{
    /// <summary><see cref="SenderKeyStatus.Ok"/> when the plaintext is set.</summary>
    public SenderKeyStatus Status { get; init; }

    /// <summary>The plaintext. The array belongs to the caller.</summary>
    public Memory<byte> Plaintext { get; init; }

    /// <summary>The status only: a message may be private.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => Status.ToString();
}
