using Session.Protocol.Accounts;

namespace Session.Protocol.Onion.Swarms;

/// <summary>What a poll brought.</summary>
/// <param name="Namespaces">One entry for each namespace that was asked for, in that order.</param>
/// <param name="Positions">What the cursor is to remember once the messages were handled.</param>
/// <param name="Nodes">Keys of the nodes that answered.</param>
public sealed record SwarmPoll(
    IReadOnlyList<NamespacePoll> Namespaces, IReadOnlyList<RetrievePosition> Positions, IReadOnlyList<Ed25519PublicKey> Nodes);
