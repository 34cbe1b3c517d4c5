namespace Session.Protocol.Client.Ratchet;

/// <summary>One message, encrypted to the devices of one account.</summary>
/// <param name="Stored">What to store in the account's device namespace; usually one piece.</param>
/// <param name="NeedsCopy">Whether a version 1 copy must go along.</param>
internal sealed record Fanout(IReadOnlyList<byte[]> Stored, bool NeedsCopy);
