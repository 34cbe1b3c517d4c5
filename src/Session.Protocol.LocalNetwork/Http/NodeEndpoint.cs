using System.Net;
using System.Text;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Session.Protocol.LocalNetwork.Faults;
using Session.Protocol.LocalNetwork.Onion;
using Session.Protocol.LocalNetwork.Rpc;
using Session.Protocol.Onion.Nodes;

namespace Session.Protocol.LocalNetwork.Http;

/// <summary>The HTTPS front of one node: paths, limits and their answers (protocol/21 §1).</summary>
internal sealed class NodeEndpoint(LocalNode node, OnionRelay relay)
{
    private readonly RateLimiter _limiter = new(node.Network.Options.RateLimitBurst, node.Network.Options.RateLimitPerSecond, node.Network.Clock);

    public async Task HandleAsync(HttpContext context)
    {
        if (!await AnswersAsync(context).ConfigureAwait(false))
        {
            return;
        }

        context.Response.Headers.Server = node.Network.Options.SoftwareName;
        bool isPost = HttpMethods.IsPost(context.Request.Method);
        switch (context.Request.Path.Value)
        {
            case "/storage_rpc/v1" when isPost:
                await StorageRpcAsync(context).ConfigureAwait(false);
                break;
            case "/onion_req/v2" when isPost:
                await OnionAsync(context).ConfigureAwait(false);
                break;
            case "/ping_test/v1" when isPost:
                context.Response.Headers["X-Oxen-Snode-Pubkey"] = Convert.ToBase64String(node.IdentityKey.AsSpan());
                await HttpReply.TextAsync(context, 200, string.Empty).ConfigureAwait(false);
                break;
            case "/get_stats/v1" when HttpMethods.IsGet(context.Request.Method):
                byte[] stats = Encoding.ASCII.GetBytes($$"""{"version":"{{node.Network.Options.StorageServerVersion.ToString(3)}}"}""");
                await HttpReply.WriteAsync(context, 200, "application/json", stats).ConfigureAwait(false);
                break;
            default:
                string request = $"{context.Request.Method.ToLowerInvariant()} {context.Request.Path.Value} Not Found";
                await HttpReply.TextAsync(context, 404, request).ConfigureAwait(false);
                break;
        }
    }

    // A stopped node breaks the connection off, a frozen one keeps the client waiting.
    private async Task<bool> AnswersAsync(HttpContext context)
    {
        switch (node.Peers.Condition)
        {
            case NodeCondition.Running when IsReused(context) && node.Network.Faults.ResetsReusedConnection(new FaultSite(NodeRole.Guard, node)):
            case NodeCondition.Stopped:
                context.Abort();
                return false;
            case NodeCondition.Frozen:
                await node.Peers.HoldAsync(context.RequestAborted).ConfigureAwait(false);
                return false;
            default:
                return true;
        }
    }

    private static bool IsReused(HttpContext context)
    {
        IDictionary<object, object?> items = context.Features.GetRequiredFeature<IConnectionItemsFeature>().Items;
        return !items.TryAdd(typeof(NodeEndpoint), null);
    }

    private async Task StorageRpcAsync(HttpContext context)
    {
        if (context.Request.Headers.ContainsKey("X-Loki-Long-Poll"))
        {
            await HttpReply.TextAsync(context, 410, "long polling is no longer supported, client upgrade required").ConfigureAwait(false);
            return;
        }

        if (!_limiter.TryTake(context.Connection.RemoteIpAddress ?? IPAddress.Loopback))
        {
            await HttpReply.TextAsync(context, 429, "Too Many Requests\n").ConfigureAwait(false);
            return;
        }

        if (await ReadAsync(context).ConfigureAwait(false) is { } body)
        {
            await ReplyAsync(context, async () =>
            {
                RpcReply reply = await RpcService.HandleAsync(node, body, context.RequestAborted).ConfigureAwait(false);
                return new OnionReply(reply.Status, reply.ToBody()) { ContentType = reply.ContentType };
            }).ConfigureAwait(false);
        }
    }

    private async Task OnionAsync(HttpContext context)
    {
        if (await ReadAsync(context).ConfigureAwait(false) is { } body)
        {
            await ReplyAsync(context, () => relay.EnterAsync(node, body, context.RequestAborted)).ConfigureAwait(false);
        }
    }

    private async Task ReplyAsync(HttpContext context, Func<ValueTask<OnionReply>> honest)
    {
        var site = new HopSite(new FaultSite(NodeRole.Guard, node), node.Network.Clock);
        await HttpReply.WriteAsync(context, await node.Network.Faults.HopAsync(site, honest, context.RequestAborted).ConfigureAwait(false)).ConfigureAwait(false);
    }

    private async Task<byte[]?> ReadAsync(HttpContext context)
    {
        if (await HttpReply.ReadBodyAsync(context).ConfigureAwait(false) is not { } body)
        {
            context.Response.Headers.Connection = "close";
            await HttpReply.TextAsync(context, 413, "Request body too large").ConfigureAwait(false);
            return null;
        }

        if (node.SwarmId == ServiceNode.NoSwarm)
        {
            await HttpReply.TextAsync(context, 503, "Service node is not ready: not in any swarm\n").ConfigureAwait(false);
            return null;
        }

        return body;
    }
}
