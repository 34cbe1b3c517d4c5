using Session.Protocol.Onion.Nodes;

namespace Session.Protocol.Onion.Swarms;

/// <summary>A request that was carried out: by which node, with what result.</summary>
internal sealed record SentRequest<T>(ServiceNode Node, T Value);
