namespace Session.Protocol.Client;

/// <summary>What the swarm says of a request to delete everything.</summary>
/// <param name="Deleted">How many different messages were deleted.</param>
/// <param name="Confirmations">How many members confirmed it with a valid signature.</param>
/// <param name="Failures">How many members failed or sent a wrong signature: they may still hold messages.</param>
public sealed record ClearedMessages(int Deleted, int Confirmations, int Failures);
