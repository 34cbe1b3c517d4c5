using Session.Protocol.Ratchet;

namespace Session.Protocol.SenderKeys.Stores;

/// <summary>Whose chains in which distribution. An immutable value, compared by both parts.</summary>
/// <param name="Author">The author as authenticated by the transport; one's own address for the own chain.</param>
/// <param name="DistributionId">The distribution.</param>
public readonly record struct SenderKeyName(RatchetAddress Author, Guid DistributionId);
