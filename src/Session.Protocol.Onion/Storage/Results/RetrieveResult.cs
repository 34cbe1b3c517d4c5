namespace Session.Protocol.Onion.Storage.Results;

/// <summary>Messages of one namespace as one node has them.</summary>
/// <param name="Messages">In the order in which this node stored them.</param>
/// <param name="LastHash">The last hash the node named, from which to go on; null when it named none.</param>
/// <param name="HasMore">A size or count limit ended the list.</param>
/// <param name="Dropped">Entries left out because they were malformed or their hash was not that of their data.</param>
public sealed record RetrieveResult(IReadOnlyList<StoredMessage> Messages, string? LastHash, bool HasMore, int Dropped);
