using Session.Protocol.Accounts;
using Session.Protocol.Cryptography;
using Session.Protocol.Onion.Nodes;
using Session.Protocol.Onion.Requests;
using Session.Protocol.Onion.Storage;
using Session.Protocol.Onion.Storage.Results;
using Session.Protocol.Onion.Storage.Wire;

namespace Session.Protocol.Onion.Swarms;

/// <summary>
/// Sends one request until a node has carried it out or nothing is left to try. Every storage request can be sent twice without
/// harm (a message stored again is the same message), so an unknown outcome is simply tried again.
/// </summary>
internal sealed class SwarmSender(IOnionClient onion, SwarmDirectory swarms, SwarmClientOptions options, TimeProvider time, IRandomSource random)
{
    /// <summary>Sends to a member of the request's swarm, or to any node for a request without account.</summary>
    public async ValueTask<SentRequest<T>> SendAsync<T>(
        AccountId? account, Func<ServiceNode, ValueTask<StorageRequest<T>>> build, NodeChoice choice, CancellationToken cancellationToken)
        where T : class
    {
        int redirects = 0;
        bool clockWasSet = false, lookedUp = false;
        OnionException? failure = null;
        for (int attempt = 0; attempt < options.MaxAttempts; attempt++)
        {
            IReadOnlyList<ServiceNode> candidates = await CandidatesAsync(account, choice, cancellationToken).ConfigureAwait(false);
            ServiceNode? node = choice.TryTake(candidates, random);
            if (node is null && account is { } lost && choice.Fixed is null && !lookedUp)
            {
                lookedUp = true;
                node = choice.TryTake(await swarms.LookUpAsync(lost, cancellationToken).ConfigureAwait(false), random);
            }

            node ??= choice.TryTakeUnanswered(candidates, random);
            if (node is null)
            {
                break;
            }

            StorageRequest<T> request = await build(node).ConfigureAwait(false);
            StorageReply<T>? reply;
            (reply, OnionException? trouble) = await TrySendAsync(request, node, account is null ? null : candidates, cancellationToken).ConfigureAwait(false);
            if (reply is not null && request.RoutingReply(reply).Status == StorageStatus.WrongClock && !clockWasSet)
            {
                clockWasSet = true;
                await onion.Clock.ResynchroniseAsync(cancellationToken).ConfigureAwait(false);
                (reply, trouble) = await TrySendAsync(request, node, account is null ? null : candidates, cancellationToken).ConfigureAwait(false);
            }

            if (reply is null)
            {
                failure = trouble;
                if (trouble?.Fault is OnionFault.TimedOut or OnionFault.PathFailed or OnionFault.ConnectionLost)
                {
                    choice.MarkUnanswered(node);
                }

                await BackOffAsync(trouble?.Fault, cancellationToken).ConfigureAwait(false);
                continue;
            }

            choice.MarkAnswered(node);
            StorageReply routing = request.RoutingReply(reply);
            if (routing.Status == StorageStatus.WrongClock)
            {
                // Our clock is the network's by now, so it is this node's that is off.
                failure = Refusal(routing);
                if (account is { } mailbox)
                {
                    swarms.Remove(mailbox, node);
                }
            }
            else if (routing.Status == StorageStatus.WrongSwarm && account is { } owner)
            {
                failure = Refusal(routing);
                bool known = await swarms.RedirectAsync(owner, node, routing.RightSwarm, cancellationToken).ConfigureAwait(false);
                if (choice.Fixed is not null || ++redirects > options.MaxRedirects)
                {
                    break;
                }

                if (!known && !lookedUp)
                {
                    lookedUp = true;
                    await swarms.LookUpAsync(owner, cancellationToken).ConfigureAwait(false);
                }
            }
            else if (reply.Value is { } value && request.Confirmations(value) > 0)
            {
                return new SentRequest<T>(node, value);
            }
            else if (routing.Status == StorageStatus.RateLimited)
            {
                failure = Refusal(routing);
                await BackOffAsync(OnionFault.RateLimited, cancellationToken).ConfigureAwait(false);
            }
            else if (routing.Status is StorageStatus.Success or >= StorageStatus.Failed || reply.Value is not null)
            {
                failure = Refusal(routing);
            }
            else
            {
                throw Refusal(routing);
            }
        }

        throw failure ?? new OnionException(OnionFault.NoNodes, "No node is left to ask.");
    }

    private Task BackOffAsync(OnionFault? fault, CancellationToken cancellationToken) =>
        fault == OnionFault.RateLimited ? Task.Delay(options.RateLimitDelay, time, cancellationToken) : Task.CompletedTask;

    private static StorageException Refusal(StorageReply reply) => new(StorageStatus.ToFault(reply.Status), reply.Status, reply.ErrorText);

    private async ValueTask<IReadOnlyList<ServiceNode>> CandidatesAsync(AccountId? account, NodeChoice choice, CancellationToken cancellationToken)
    {
        if (choice.Fixed is { } only)
        {
            return [only];
        }

        return account is { } owner
            ? await swarms.GetMembersAsync(owner, cancellationToken).ConfigureAwait(false)
            : await onion.Nodes.GetNodesAsync(cancellationToken).ConfigureAwait(false);
    }

    // A reply, or the trouble that another node may not have; trouble that no other node can cure is thrown.
    private async ValueTask<(StorageReply<T>? Reply, OnionException? Trouble)> TrySendAsync<T>(
        StorageRequest<T> request, ServiceNode node, IReadOnlyList<ServiceNode>? members, CancellationToken cancellationToken)
        where T : class
    {
        long now = onion.Clock.NowMilliseconds;
        try
        {
            OnionResponse response = await onion.SendToNodeAsync(node, RequestWriter.ToBody(request, now), cancellationToken).ConfigureAwait(false);
            StorageReply<T> reply = request.ReadReply(response, new ReplyContext(now, node, members));
            if ((reply.NodeTime ?? request.RoutingReply(reply).NodeTime) is { } nodeTime)
            {
                onion.Clock.Observe(node.IdentityKey, nodeTime);
            }

            return (reply, null);
        }
        catch (OnionException e) when (e.Fault is not (OnionFault.NoNodes or OnionFault.NoPath) && e.IsTransient)
        {
            return (null, e);
        }
    }
}
