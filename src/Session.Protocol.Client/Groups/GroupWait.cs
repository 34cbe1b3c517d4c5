using Session.Protocol.Accounts;

namespace Session.Protocol.Client.Groups;

/// <summary>Why a stored message waits.</summary>
/// <param name="Timestamp">When it was stored, by its writer's word: the order of waiting messages.</param>
/// <param name="Distribution">The sender key that it needs; null when its outer key or its author's membership is not known.</param>
/// <param name="Author">Who wrote it, where that is known.</param>
/// <param name="SincePoll">The poll in which it came.</param>
internal sealed record GroupWait(long Timestamp, Guid? Distribution, AccountId? Author, long SincePoll);
