using System.Text.Json.Nodes;
using Session.Protocol.Cryptography;
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

        node.Count("onion_req");
        using var key = new OnionReplyKey();
        if (!request.TryOpen(node.Keys.EncryptionSecret, node.EncryptionKey, key, out byte[]? plaintext))
        {
            return OnionReply.Text(400, "Invalid ciphertext");
        }

        network.Options.OnLayerPeeled?.Invoke(new ObservedLayer(node, request.HopNumber, request.EphemeralKey, plaintext));
        if (request.HopNumber > MaxHopNumber)
        {
            return OnionReply.Text(400, "onion request max path length exceeded");
        }

        _ = PeeledLayer.TryParse(plaintext, out PeeledLayer? layer);
        return layer switch
        {
            PeeledLayer.Final final => await AnswerAsync(node, final, key, cancellationToken).ConfigureAwait(false),
            PeeledLayer.ToServer server when !ServerProxy.Allows(server) => Refuse(key, "Invalid url"),
            PeeledLayer.ToServer server => await _proxy.PostAsync(server, cancellationToken).ConfigureAwait(false),
            PeeledLayer.ToNode relay => await ForwardAsync(relay, request.HopNumber + 1, cancellationToken).ConfigureAwait(false),
            _ => Refuse(key, "Invalid json"),
        };
    }

    private async ValueTask<OnionReply> ForwardAsync(PeeledLayer.ToNode relay, int hopNumber, CancellationToken cancellationToken)
    {
        if (network.Find(relay.Next.ToString()) is not { } next)
        {
            return OnionReply.Text(502, $"Next node not found: {relay.Next}");
        }

        return await next.Peers.ReachAsync(HopLimit, cancellationToken).ConfigureAwait(false)
            ? await PassAsync(next, relay.Request with { HopNumber = hopNumber }, cancellationToken).ConfigureAwait(false)
            : OnionReply.Text(504, "Request time out");
    }

    private static async ValueTask<OnionReply> AnswerAsync(LocalNode node, PeeledLayer.Final final, OnionReplyKey key, CancellationToken cancellationToken)
    {
        RpcReply reply = await RpcService.HandleAsync(node, final.Payload, cancellationToken).ConfigureAwait(false);
        JsonNode body = reply.ToNode();
        if (!final.Json && body is not JsonValue)
        {
            body = JsonValue.Create(System.Text.Encoding.UTF8.GetString(JsonText.Write(body)));
        }

        return Seal(key, reply.Status, body, final.Base64);
    }

    private static OnionReply Refuse(OnionReplyKey key, string text) => Seal(key, 400, JsonValue.Create(text), base64: true);

    private static OnionReply Seal(OnionReplyKey key, int status, JsonNode body, bool base64)
    {
        byte[] sealedReply = key.Seal(JsonText.Write(new JsonObject { ["body"] = body, ["status"] = status }), RandomSource.System);
        return base64 ? OnionReply.Text(200, Convert.ToBase64String(sealedReply)) : new OnionReply(200, sealedReply);
    }
}
