using System.Text;
using Session.Protocol.Onion.Requests;
using Session.Protocol.Onion.Storage;
using Session.Protocol.Onion.Storage.Results;

namespace Session.Protocol.Onion.Nodes;

/// <summary>
/// Asks a service node for its node list through the onion: in the short binary form where the node is new enough to have it, else in
/// JSON from the daemon behind it (protocol/20 §3.1, §3.2).
/// </summary>
internal sealed class NodeListQuery(IOnionClient onion)
{
    /// <summary>First version whose nodes are known to have the binary form. Older ones are not asked: they would refuse.</summary>
    private static readonly Version FirstWithBinary = new(2, 11, 0);

    /// <summary>The node's list; null when it gives none.</summary>
    public async ValueTask<IReadOnlyList<ServiceNode>?> AskAsync(ServiceNode node, CancellationToken cancellationToken)
    {
        try
        {
            NodeStatus? status = (await SendAsync(node, new InfoRequest(), cancellationToken).ConfigureAwait(false)).Value;
            if (status?.Version >= FirstWithBinary)
            {
                OnionResponse binary = await onion.SendToNodeAsync(node, ActiveNodes, cancellationToken).ConfigureAwait(false);
                if (TryReadBase64(binary, out IReadOnlyList<ServiceNode>? nodes))
                {
                    return nodes;
                }
            }

            OxendResult? json = (await SendAsync(node, OxendRequest.GetServiceNodes(), cancellationToken).ConfigureAwait(false)).Value;
            return json is not null && NodeListReader.TryReadJson(json.Json, out IReadOnlyList<ServiceNode>? listed) ? listed : null;
        }
        catch (OnionException)
        {
            // One of several that are asked; the caller counts answers.
            return null;
        }
    }

    private static ReadOnlyMemory<byte> ActiveNodes { get; } = """{"method":"active_nodes_bin","params":{}}"""u8.ToArray();

    private static bool TryReadBase64(OnionResponse response, out IReadOnlyList<ServiceNode>? nodes)
    {
        nodes = null;
        byte[] records = new byte[response.Body.Length];
        return response.Status == StorageStatus.Success
            && Convert.TryFromBase64String(Encoding.UTF8.GetString(response.Body.Span), records, out int written)
            && NodeListReader.TryReadBinary(records.AsSpan(0, written), out nodes);
    }

    private async ValueTask<StorageReply<T>> SendAsync<T>(ServiceNode node, StorageRequest<T> request, CancellationToken cancellationToken)
        where T : class
    {
        long now = onion.Clock.NowMilliseconds;
        return request.ReadReply(await onion.SendToNodeAsync(node, request.ToBody(now), cancellationToken).ConfigureAwait(false), now);
    }
}
