using System.Text.Json.Nodes;
using Session.Protocol.Cryptography;
using Session.Protocol.LocalNetwork.Faults;
using Session.Protocol.LocalNetwork.Rpc;
using Session.Protocol.Onion.Nodes;
using Session.Protocol.Onion.Requests;

namespace Session.Protocol.LocalNetwork.Onion;

/// <summary>
/// What every node does with onion requests (protocol/22 §4, §5, §8.1): peel one layer with its own key, then answer, post to a
/// server, or hand over to the next node. Between nodes this is a call in the process; a client cannot see the difference.
/// </summary>
internal sealed class OnionRelay(NodeRegistry network) : IDisposable
{
    /// <summary>Longest path; also what keeps the recursion short.</summary>
    private const int MaxHopNumber = 15;

    /// <summary>The third hop of a path.</summary>
    private const int ExitHopNumber = 2;

    /// <summary>How long a node waits for the next.</summary>
    private static readonly TimeSpan HopLimit = TimeSpan.FromSeconds(30);

    private readonly ServerProxy _proxy = new(network);

    /// <summary>Takes the body of <c>POST /onion_req/v2</c>.</summary>
    public ValueTask<OnionReply> EnterAsync(LocalNode guard, ReadOnlyMemory<byte> body, CancellationToken cancellationToken) =>
        OnionHopRequest.TryParse(body, out OnionHopRequest? request)
            ? PassAsync(guard, request, cancellationToken)
            : new(OnionReply.Text(400, $"Error parsing onion request: {EnvelopeComplaint.About(body)}"));

    public void Dispose() => _proxy.Dispose();

    private async ValueTask<OnionReply> PassAsync(LocalNode node, OnionHopRequest request, CancellationToken cancellationToken)
    {
        if (node.SwarmId == ServiceNode.NoSwarm)
        {
            return OnionReply.Text(503, $"Snode not ready: {node.IdentityHex}");
        }

        using var key = new OnionReplyKey();
        if (!request.TryOpen(node.Keys.EncryptionSecret, node.EncryptionKey, key, out byte[]? plaintext))
        {
            node.Count("onion_req");
            return OnionReply.Text(400, "Invalid ciphertext");
        }

        _ = PeeledLayer.TryParse(plaintext, out PeeledLayer? layer);
        var site = new FaultSite(RoleOf(request, layer), node);
        if (site.Role == NodeRole.Guard)
        {
            // Its HTTP front has looked at the script already.
            return await WorkAsync(site, request, plaintext, layer, key, cancellationToken).ConfigureAwait(false);
        }

        bool base64 = layer is not PeeledLayer.Final { Base64: false };
        var hop = new HopSite(site, network.Clock, site.Role == NodeRole.Destination ? (status, body) => Seal(site, key, status, body, base64) : null);
        OnionReply reply = await network.Faults.HopAsync(
            hop, () => WorkAsync(site, request, plaintext, layer, key, cancellationToken), cancellationToken).ConfigureAwait(false);
        return reply == OnionReply.Broken ? OnionReply.Text(500, "Invalid response from snode") : reply;
    }

    private async ValueTask<OnionReply> WorkAsync(
        FaultSite site, OnionHopRequest request, byte[] plaintext, PeeledLayer? layer, OnionReplyKey key, CancellationToken cancellationToken)
    {
        site.Node!.Count("onion_req");
        network.Options.OnLayerPeeled?.Invoke(new ObservedLayer(site.Node, request.HopNumber, request.EphemeralKey, plaintext));
        if (request.HopNumber > MaxHopNumber)
        {
            return OnionReply.Text(400, "onion request max path length exceeded");
        }

        return layer switch
        {
            PeeledLayer.Final final => await AnswerAsync(site, final, key, cancellationToken).ConfigureAwait(false),
            PeeledLayer.ToServer server when !ServerProxy.Allows(server) => Refuse(site, key, "Invalid url"),
            PeeledLayer.ToServer server => await _proxy.PostAsync(server, cancellationToken).ConfigureAwait(false),
            PeeledLayer.ToNode relay => await ForwardAsync(site, relay, request.HopNumber + 1, cancellationToken).ConfigureAwait(false),
            _ => Refuse(site, key, "Invalid json"),
        };
    }

    private async ValueTask<OnionReply> ForwardAsync(FaultSite site, PeeledLayer.ToNode relay, int hopNumber, CancellationToken cancellationToken)
    {
        if (network.Find(relay.Next.ToString()) is not { } next)
        {
            return OnionReply.Text(502, $"Next node not found: {relay.Next}");
        }

        OnionHopRequest request = network.Faults.Forward(site, relay.Request with { HopNumber = hopNumber });
        return await next.Peers.ReachAsync(HopLimit, cancellationToken).ConfigureAwait(false)
            ? await PassAsync(next, request, cancellationToken).ConfigureAwait(false)
            : OnionReply.Text(504, "Request time out");
    }

    private async ValueTask<OnionReply> AnswerAsync(FaultSite site, PeeledLayer.Final final, OnionReplyKey key, CancellationToken cancellationToken)
    {
        RpcReply reply = await RpcService.HandleAsync(site.Node!, final.Payload, cancellationToken).ConfigureAwait(false);
        JsonNode body = reply.ToNode();
        if (!final.Json && body is not JsonValue)
        {
            body = JsonValue.Create(System.Text.Encoding.UTF8.GetString(JsonText.Write(body)));
        }

        return Seal(site, key, reply.Status, body, final.Base64);
    }

    // A node cannot tell its place; a network can.
    private static NodeRole RoleOf(OnionHopRequest request, PeeledLayer? layer) => layer switch
    {
        PeeledLayer.Final => NodeRole.Destination,
        _ when request.HopNumber == 0 => NodeRole.Guard,
        PeeledLayer.ToServer => NodeRole.Exit,
        _ => request.HopNumber == ExitHopNumber ? NodeRole.Exit : NodeRole.Middle,
    };

    private OnionReply Refuse(FaultSite site, OnionReplyKey key, string text) => Seal(site, key, 400, JsonValue.Create(text), base64: true);

    private OnionReply Seal(FaultSite site, OnionReplyKey key, int status, JsonNode body, bool base64)
    {
        byte[] plaintext = network.Faults.Plaintext(site)?.Invoke(status, body) ?? JsonText.Write(new JsonObject { ["body"] = body, ["status"] = status });
        byte[] sealedReply = network.Faults.Seal(site)?.Invoke(key, plaintext) ?? key.Seal(plaintext, RandomSource.System);
        return base64 ? OnionReply.Text(200, Convert.ToBase64String(sealedReply)) : new OnionReply(200, sealedReply);
    }
}
