using Session.Protocol.Accounts;
using Session.Protocol.Cryptography;
using Session.Protocol.Onion.Nodes;
using Session.Protocol.Onion.Requests;
using Session.Protocol.Onion.Storage;
using Session.Protocol.Onion.Storage.Results;

namespace Session.Protocol.Onion.Swarms;

/// <summary>
/// Knows which nodes hold an account's messages (protocol/20 §5). Of what nodes say about swarms only the names are believed:
/// keys and addresses come from the node list, so that a lying node can at most point at other real nodes, which then say no.
/// </summary>
internal sealed class SwarmDirectory(IOnionClient onion, SwarmClientOptions options, TimeProvider time, IRandomSource random)
{
    /// <summary>A redirection that names fewer is not believed without asking others.</summary>
    private const int MinNamed = 2;

    private readonly SwarmCache _cache = new(options, time);

    /// <summary>The members as remembered, else worked out from the node list, else as other nodes say.</summary>
    public async ValueTask<IReadOnlyList<ServiceNode>> GetMembersAsync(AccountId account, CancellationToken cancellationToken)
    {
        if (_cache.Find(account) is { } remembered)
        {
            return remembered;
        }

        IReadOnlyList<ServiceNode> all = await onion.Nodes.GetNodesAsync(cancellationToken).ConfigureAwait(false);
        if (new SwarmMap(all).TryFind(account, out _, out IReadOnlyList<ServiceNode>? members) && members.Count >= options.MinSwarmSize)
        {
            _cache.Set(account, members);
            return members;
        }

        return await LookUpAsync(account, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Asks other nodes for the members, whatever is remembered.</summary>
    public async ValueTask<IReadOnlyList<ServiceNode>> LookUpAsync(AccountId account, CancellationToken cancellationToken)
    {
        IReadOnlyList<ServiceNode> all = await onion.Nodes.GetNodesAsync(cancellationToken).ConfigureAwait(false);
        var request = new GetSwarmRequest(account);
        var asked = new HashSet<Ed25519PublicKey>();
        OnionException? failure = null;
        while (asked.Count < options.MaxLookups && RandomNode.Pick(all, asked, random) is { } node)
        {
            asked.Add(node.IdentityKey);
            try
            {
                long now = onion.Clock.NowMilliseconds;
                OnionResponse response = await onion.SendToNodeAsync(node, request.ToBody(now), cancellationToken).ConfigureAwait(false);
                StorageReply<SwarmMembers> reply = request.ReadReply(response, now);
                IReadOnlyList<ServiceNode> members = Known(all, reply.Value);
                if (members.Count > 0)
                {
                    _cache.Set(account, members);
                    return members;
                }

                failure = new StorageException(StorageStatus.ToFault(reply.Status), reply.Status, reply.ErrorText);
            }
            catch (OnionException e) when (e.Fault is not (OnionFault.NoNodes or OnionFault.NoPath) && e.IsTransient)
            {
                failure = e;
            }
        }

        throw failure ?? new OnionException(OnionFault.NoNodes, "There is no node to ask for the swarm.");
    }

    /// <summary>
    /// Takes in that a node said it is not a member (421). When the swarm that it named has enough known nodes they replace what was
    /// remembered; else only this node goes.
    /// </summary>
    /// <returns>Whether the new members are known; if not, look them up.</returns>
    public async ValueTask<bool> RedirectAsync(AccountId account, ServiceNode from, SwarmMembers? to, CancellationToken cancellationToken)
    {
        IReadOnlyList<ServiceNode> all = await onion.Nodes.GetNodesAsync(cancellationToken).ConfigureAwait(false);
        if (to is { Nodes.Count: > 0 } && Known(all, to).Count == 0)
        {
            // Members that nobody here has heard of: our list may be old.
            all = await onion.Nodes.RefreshAsync(cancellationToken).ConfigureAwait(false);
        }

        IReadOnlyList<ServiceNode> members = [.. Known(all, to).Where(node => !node.Equals(from))];

        // No swarm is so small: two nodes that point at each other must not become the whole swarm for everybody who asks later.
        if (members.Count < MinNamed)
        {
            _cache.Remove(account, from);
            return false;
        }

        _cache.Set(account, members);
        return true;
    }

    /// <summary>Does not name a node as a member any more, until the swarm is looked up again.</summary>
    public void Remove(AccountId account, ServiceNode node) => _cache.Remove(account, node);

    private static IReadOnlyList<ServiceNode> Known(IReadOnlyList<ServiceNode> all, SwarmMembers? said)
    {
        if (said is null || said.Nodes.Count == 0)
        {
            return [];
        }

        HashSet<Ed25519PublicKey> names = [.. said.Nodes.Select(node => node.IdentityKey)];
        return [.. all.Where(node => names.Contains(node.IdentityKey))];
    }
}
