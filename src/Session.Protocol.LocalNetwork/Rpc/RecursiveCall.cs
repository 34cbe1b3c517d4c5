using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Session.Protocol.LocalNetwork.Faults;

namespace Session.Protocol.LocalNetwork.Rpc;

/// <summary>
/// A call that every member of the account's swarm carries out: the entry node checks and applies it, passes it on, and answers
/// with one signed entry per member (protocol/21 §6).
/// </summary>
internal abstract class RecursiveCall(string method, string account) : RpcCall(method)
{
    /// <summary>How long the entry node waits for a member.</summary>
    private static readonly TimeSpan MemberLimit = TimeSpan.FromSeconds(5);

    /// <summary>A passed-on call may have aged on the way.</summary>
    private const long ForwardedTolerance = 70_000;

    public sealed override string Account { get; } = account;

    public sealed override async ValueTask<RpcReply> RunAsync(LocalNode node, CancellationToken cancellationToken)
    {
        IReadOnlyList<LocalNode> members = node.Network.MembersOf(Account);
        if (!members.Contains(node))
        {
            return GetSwarmCall.WrongSwarm(node, Account);
        }

        long now = node.Now;
        RpcReply? refusal = null;
        JsonObject own = await ApplyAsync(node, isEntryNode: true, refused => refusal = refused, cancellationToken).ConfigureAwait(false);
        if (refusal is not null)
        {
            return refusal;
        }

        Task<(string Identity, JsonObject Entry)>[] others =
            [.. members.Where(member => member != node).Select(member => ForwardAsync(member, cancellationToken))];
        (string Identity, JsonObject Entry)[] entries = [(node.IdentityHex, own), .. await Task.WhenAll(others).ConfigureAwait(false)];
        var swarm = new JsonObject();
        foreach ((string identity, JsonObject value) in entries.OrderBy(pair => pair.Identity, StringComparer.Ordinal))
        {
            swarm.Add(identity, value);
        }

        return Finish(node, swarm, now);
    }

    /// <summary>
    /// Checks the call at one member, carries it out and describes what happened, keys in ascending order.
    /// </summary>
    /// <param name="node">The member.</param>
    /// <param name="entry">The member's part of the answer, to be filled.</param>
    /// <param name="isEntryNode">False at the members that the call was passed on to; what they answer travelled as bencode.</param>
    /// <returns>Why the member refuses, or null.</returns>
    protected abstract RpcReply? Apply(LocalNode node, JsonObject entry, bool isEntryNode);

    /// <summary>The whole answer; most calls add nothing to the map.</summary>
    protected virtual RpcReply Finish(LocalNode node, JsonObject swarm, long now) => RpcReply.Json(200, new JsonObject
    {
        ["hf"] = node.HardForkJson(),
        ["swarm"] = swarm,
        ["t"] = now,
    });

    protected static long Tolerance(bool isEntryNode) => isEntryNode ? SignatureTolerance : ForwardedTolerance;

    protected static string Signed(LocalNode node, params IEnumerable<string> parts) => node.Keys.Sign(Encoding.ASCII.GetBytes(string.Concat(parts)));

    protected static string Decimal(long number) => number.ToString(CultureInfo.InvariantCulture);

    private async Task<(string Identity, JsonObject Entry)> ForwardAsync(LocalNode member, CancellationToken cancellationToken)
    {
        JsonObject entry;
        if (await member.Peers.ReachAsync(MemberLimit, cancellationToken).ConfigureAwait(false))
        {
            RpcReply? refusal = null;
            entry = await ApplyAsync(member, isEntryNode: false, refused => refusal = refused, cancellationToken).ConfigureAwait(false);
            entry = refusal is null ? entry : new JsonObject { ["code"] = Decimal(refusal.Status), ["failed"] = true, ["reason"] = refusal.Text };
        }
        else
        {
            member.Peers.Miss(() => Apply(member, [], isEntryNode: false));
            entry = new JsonObject { ["failed"] = true, ["timeout"] = true };
        }

        return (member.IdentityHex, entry);
    }

    private ValueTask<JsonObject> ApplyAsync(LocalNode node, bool isEntryNode, Action<RpcReply> refuse, CancellationToken cancellationToken) =>
        node.Network.Faults.MemberAsync(new CallSite(node, this, isEntryNode, cancellationToken), () =>
        {
            var entry = new JsonObject();
            if (Apply(node, entry, isEntryNode) is { } refusal)
            {
                refuse(refusal);
            }

            // The swarm may have changed since its members were looked up: what was stored here then belongs elsewhere.
            node.Network.PassOn(node, Account);
            return entry;
        });
}
