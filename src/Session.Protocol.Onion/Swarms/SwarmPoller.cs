using Session.Protocol.Onion.Nodes;
using Session.Protocol.Onion.Storage;
using Session.Protocol.Onion.Storage.Results;

namespace Session.Protocol.Onion.Swarms;

/// <summary>Reads several namespaces from several members at once and merges what they have by hash (protocol/25 §5).</summary>
internal sealed class SwarmPoller(SwarmSender sender)
{
    public async ValueTask<SwarmPoll> PollAsync(SwarmQuery query, int swarmSize, CancellationToken cancellationToken)
    {
        var choice = new NodeChoice(query.Node);
        int count = query.Node is null ? Math.Clamp(query.Redundancy, 1, swarmSize) : 1;
        Task<Visit>[] visits = [.. Enumerable.Range(0, count).Select(_ => VisitAsync(query, choice, cancellationToken))];

        // One node that answers is enough; when none does, the first failure is thrown.
        await ((Task)Task.WhenAll(visits)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Visit[] done = [.. visits.Where(visit => visit.IsCompletedSuccessfully).Select(visit => visit.Result)];
        if (done.Length == 0)
        {
            await visits[0].ConfigureAwait(false);
        }

        cancellationToken.ThrowIfCancellationRequested();
        return new SwarmPoll(
            [.. query.Namespaces.Select(space => Merge(space, done))],
            [.. done.SelectMany(visit => visit.LastHashes.Select(x => new RetrievePosition(visit.Node.IdentityKey, query.Account, x.Key, x.Value)))],
            [.. done.Select(visit => visit.Node.IdentityKey)]);
    }

    private static NamespacePoll Merge(SwarmNamespace space, IReadOnlyList<Visit> visits)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        bool answered = visits.Any(visit => !visit.Refusals.ContainsKey(space));
        return new NamespacePoll(space, [.. visits.SelectMany(visit => visit.Messages[space]).Where(message => seen.Add(message.Hash))])
        {
            HasMore = visits.Any(visit => visit.Unfinished.Contains(space)),
            Refusal = answered ? null : visits[0].Refusals[space],
        };
    }

    // Reads one node, page after page. The first page may end up at another node, the next ones stay with it: its order is its own.
    private async Task<Visit> VisitAsync(SwarmQuery query, NodeChoice choice, CancellationToken cancellationToken)
    {
        Visit? visit = null;
        IReadOnlyList<SwarmNamespace> open = query.Namespaces;
        for (int page = 0; page < query.MaxPages && open.Count > 0; page++)
        {
            IReadOnlyDictionary<SwarmNamespace, int> shares = RetrieveShares.Of(open);
            RetrieveRequest[] requests = [];
            IReadOnlyList<SwarmNamespace> asked = open;
            try
            {
                SentRequest<BatchResult> sent = await sender.SendAsync<BatchResult>(
                    query.Account,
                    async node =>
                    {
                        requests = await BuildAsync(query, node, asked, shares, visit, cancellationToken).ConfigureAwait(false);
                        return BatchRequest.Parallel(requests);
                    },
                    visit is null ? choice : new NodeChoice(visit.Node),
                    cancellationToken).ConfigureAwait(false);
                visit ??= new Visit(sent.Node, query.Namespaces);
                open = visit.Take(requests, sent.Value);
            }
            catch (OnionException) when (visit is not null)
            {
                // What was read so far is good; what is missing is marked as unfinished and comes with the next poll.
                break;
            }
        }

        return visit!;
    }

    private static async ValueTask<RetrieveRequest[]> BuildAsync(
        SwarmQuery query, ServiceNode node, IReadOnlyList<SwarmNamespace> spaces, IReadOnlyDictionary<SwarmNamespace, int> shares, Visit? visit, CancellationToken cancellationToken)
    {
        var requests = new List<RetrieveRequest>(spaces.Count);
        foreach (SwarmNamespace space in spaces)
        {
            string? last = visit?.LastHashes.GetValueOrDefault(space);
            if (last is null && query.Cursor is not null)
            {
                last = await query.Cursor.GetLastHashAsync(node.IdentityKey, query.Account, space, cancellationToken).ConfigureAwait(false);
            }

            requests.Add(new RetrieveRequest(query.Account, space, query.Credentials) { LastHash = last, MaxSize = shares[space] });
        }

        return [.. requests];
    }

    /// <summary>What one node gave in this poll.</summary>
    private sealed class Visit(ServiceNode node, IReadOnlyList<SwarmNamespace> spaces)
    {
        public ServiceNode Node { get; } = node;

        public Dictionary<SwarmNamespace, List<StoredMessage>> Messages { get; } = spaces.ToDictionary(space => space, _ => new List<StoredMessage>());

        public Dictionary<SwarmNamespace, string> LastHashes { get; } = [];

        public Dictionary<SwarmNamespace, StorageException> Refusals { get; } = [];

        /// <summary>Namespaces of which the node has more.</summary>
        public HashSet<SwarmNamespace> Unfinished { get; } = [];

        /// <summary>Takes a page in and returns the namespaces of which another one should be read.</summary>
        public List<SwarmNamespace> Take(IReadOnlyList<RetrieveRequest> requests, BatchResult result)
        {
            var next = new List<SwarmNamespace>();
            foreach (RetrieveRequest request in requests)
            {
                SwarmNamespace space = request.Namespace;
                StorageReply<RetrieveResult> reply = result.For(request)!;
                if (reply.Value is not { } page)
                {
                    if (Unfinished.Contains(space))
                    {
                        // A later page failed: the earlier ones are good.
                        continue;
                    }

                    Refusals[space] = new StorageException(StorageStatus.ToFault(reply.Status), reply.Status, reply.ErrorText);
                    continue;
                }

                Messages[space].AddRange(page.Messages);
                if (page.LastHash is not null)
                {
                    LastHashes[space] = page.LastHash;
                }

                if (!page.HasMore)
                {
                    Unfinished.Remove(space);
                }
                else
                {
                    Unfinished.Add(space);
                    if (page.LastHash is not null && !string.Equals(page.LastHash, request.LastHash, StringComparison.Ordinal))
                    {
                        next.Add(space);
                    }
                }
            }

            return next;
        }
    }
}
