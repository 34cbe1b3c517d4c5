namespace Session.Protocol.SenderKeys;

/// <summary>An encrypted group message, or why there is none.</summary>
/// <param name="Status"><see cref="SenderKeyStatus.Ok"/>, <see cref="SenderKeyStatus.NoSenderKey"/>, or <see cref="SenderKeyStatus.Invalid"/>
/// when the chain is at its end and must be rotated.</param>
/// <param name="Message">The message when the status is <see cref="SenderKeyStatus.Ok"/>; store it once for all members.</param>
public readonly record struct SenderKeyEncryptResult(SenderKeyStatus Status, ReadOnlyMemory<byte> Message);
