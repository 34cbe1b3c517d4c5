using Session.Protocol.Onion.Storage;
using Session.Protocol.Onion.Storage.Results;

namespace Session.Protocol.Onion.Swarms;

/// <summary>What a poll brought for one namespace.</summary>
/// <param name="Namespace">The namespace.</param>
/// <param name="Messages">Messages of all nodes that answered, each hash once; the order is that of the nodes, so sort by what matters.</param>
public sealed record NamespacePoll(SwarmNamespace Namespace, IReadOnlyList<StoredMessage> Messages)
{
    /// <summary>A node has more than was read: poll again soon.</summary>
    public bool HasMore { get; init; }

    /// <summary>Why no node gave this namespace, for example status 401 once a member was removed from a group; null when one did.</summary>
    public StorageException? Refusal { get; init; }
}
