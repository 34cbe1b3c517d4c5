using Session.Protocol.Accounts;

namespace Session.Protocol.Onion.Swarms;

/// <summary>Up to where a node was read. Keep it after the messages were handled, not before: else a crash between the two loses them.</summary>
/// <param name="Node">The node.</param>
/// <param name="Account">Whose mailbox.</param>
/// <param name="Namespace">The namespace.</param>
/// <param name="LastHash">What <see cref="IRetrieveCursor.GetLastHashAsync"/> is to return from now on.</param>
public sealed record RetrievePosition(Ed25519PublicKey Node, AccountId Account, SwarmNamespace Namespace, string LastHash);
