namespace Session.Protocol.Ratchet;

/// <summary>An encrypted message, or why there is none.</summary>
/// <param name="Status"><see cref="RatchetStatus.Ok"/>, <see cref="RatchetStatus.NoSession"/> or <see cref="RatchetStatus.UntrustedIdentity"/>.</param>
/// <param name="Message">The message when the status is <see cref="RatchetStatus.Ok"/>.</param>
public readonly record struct EncryptResult(RatchetStatus Status, RatchetMessage Message);
