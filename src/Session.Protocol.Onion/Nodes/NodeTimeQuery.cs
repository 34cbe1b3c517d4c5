using Session.Protocol.Onion.Requests;
using Session.Protocol.Onion.Storage;
using Session.Protocol.Onion.Storage.Results;

namespace Session.Protocol.Onion.Nodes;

/// <summary>Asks a service node for its clock, which is also the smallest way to find out whether it is there (protocol/20 §6).</summary>
internal sealed class NodeTimeQuery(IOnionClient onion)
{
    /// <summary>The smallest thing to ask a node. The request has no time in it.</summary>
    public static ReadOnlyMemory<byte> Info { get; } = new InfoRequest().ToBody(0);

    /// <summary>The node's clock in milliseconds since 1970; null when it does not tell.</summary>
    public async ValueTask<long?> AskAsync(ServiceNode node, CancellationToken cancellationToken)
    {
        try
        {
            return Read(await onion.SendToNodeAsync(node, Info, cancellationToken).ConfigureAwait(false));
        }
        catch (OnionException)
        {
            // One of several that are asked; the clock needs only some of them.
            return null;
        }
    }

    /// <summary>The clock in an answer to <see cref="Info"/>; null when there is none.</summary>
    public static long? Read(OnionResponse answer)
    {
        StorageReply<NodeStatus> reply = new InfoRequest().ReadReply(answer, 0);
        long? time = reply.NodeTime ?? reply.Value?.Timestamp;
        return answer.Status == StorageStatus.Success && time is { } known && NetworkClock.IsPlausible(known) ? known : null;
    }
}
