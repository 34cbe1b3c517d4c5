using Microsoft.Extensions.Logging;
using Session.Protocol.Accounts;
using Session.Protocol.Client.Ratchet;
using Session.Protocol.Client.Stores;
using Session.Protocol.Devices;
using Session.Protocol.Groups;
using Session.Protocol.Onion;

namespace Session.Protocol.Client.Groups;

/// <summary>Asks members for keys and changes that are missing here, and answers members that ask. Nobody is asked twice for the same thing in one epoch.</summary>
internal sealed class GroupRecovery(SessionIdentity identity, GroupMemory memory, GroupCourier courier, GroupSender sender, INetworkClock clock, ILogger logger)
{
    /// <summary>Polls between two members that are asked for a snapshot.</summary>
    private const int AskPatience = 20;

    /// <summary>Members that are asked for a snapshot in one epoch.</summary>
    private const int MaxSnapshotAsks = 3;

    /// <summary>Shortest time between two snapshots for one member.</summary>
    private static readonly TimeSpan SnapshotInterval = TimeSpan.FromMinutes(10);

    private readonly Dictionary<(AccountId Group, AccountId Member), DateTimeOffset> _snapshots = [];
    private readonly Dictionary<AccountId, long> _nextAsk = [];

    private AccountId Self => identity.AccountId;

    /// <summary>
    /// Answers a member. A snapshot is only noted: it goes out with the next poll, or with the first one after it that can send. With a sender key trouble is
    /// logged: the member has asked once and reports the gap.
    /// </summary>
    public async ValueTask AnswerAsync(LocalGroup group, AccountId account, DeviceTag device, GroupRequest request, CancellationToken cancellationToken)
    {
        try
        {
            if (request == GroupRequest.SenderKey)
            {
                await sender.AnswerAsync(group, account, device, cancellationToken).ConfigureAwait(false);
            }
            else if (IsDue((group.Id, account)))
            {
                using RatchetMemory.Step step = await memory.EnterAsync(cancellationToken).ConfigureAwait(false);
                await memory.CommitAsync(group, group.Access.WithUntold([account]), group.Ledger, new AccountChanges(), cancellationToken).ConfigureAwait(false);
            }
        }
        catch (OnionException e)
        {
            ClientLog.NotAnswered(logger, e.Fault);
        }
        catch (ProtectionUnavailableException e)
        {
            ClientLog.NotReachable(logger, e.Obstacle);
        }
    }

    /// <summary>Asks for what the waiting messages need: each author for its key, some members for the group's state; never twice in one epoch.</summary>
    public async ValueTask AskAsync(LocalGroup group, CancellationToken cancellationToken)
    {
        GroupWait[] waiting = [.. group.Waiting.Values.Where(x => group.Polls - x.SincePoll > 1)];
        if (waiting.Length == 0 || !group.IsActive)
        {
            return;
        }

        // Nothing in a message tells its author to one that lacks the key; the members' devices do.
        await courier.TargetsAsync(group, withInvited: false, cancellationToken).ConfigureAwait(false);
        waiting = [.. waiting.Select(x => x.Distribution is { } id && x.Author is null ? x with { Author = group.AuthorOf(id) } : x)];
        uint epoch = group.State.Epoch;
        foreach (AccountId author in waiting.Where(x => x.Distribution is not null && x.Author is not null).Select(x => x.Author!.Value).Distinct())
        {
            await AskAsync(group, new GroupAsk(author, GroupRequest.SenderKey, epoch), cancellationToken).ConfigureAwait(false);
        }

        if (waiting.Any(x => x.Distribution is null || x.Author is null) && group.Polls >= _nextAsk.GetValueOrDefault(group.Id))
        {
            _nextAsk[group.Id] = group.Polls + AskPatience;
            IEnumerable<AccountId> others = group.State.Members.Values.Where(x => x.IsJoined && !x.IsAdmin).Select(x => x.Account);
            AccountId[] candidates = [.. group.State.Admins.Select(x => x.Account).Concat(others).Where(x => x != Self).Take(MaxSnapshotAsks)];
            GroupAsk[] asks = [.. candidates.Select(x => new GroupAsk(x, GroupRequest.Snapshot, epoch)).Where(x => !group.Access.Asked.Contains(x)).Take(1)];
            foreach (GroupAsk ask in asks)
            {
                await AskAsync(group, ask, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Asks a member for a group whether or not it is known here.</summary>
    public async ValueTask RecoverAsync(AccountId group, AccountId member, CancellationToken cancellationToken)
    {
        DeviceTag own = await courier.OwnTagAsync(cancellationToken).ConfigureAwait(false);
        await courier.TellAsync(member, new GroupLetter(group) { Request = GroupRequest.Snapshot, Sender = own }, keep: false, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask AskAsync(LocalGroup group, GroupAsk ask, CancellationToken cancellationToken)
    {
        if (group.Access.Asked.Contains(ask))
        {
            return;
        }

        try
        {
            // One commit with the question, so that it is neither lost nor asked twice.
            await courier.QueueAsync(
                ask.Account,
                async () => new GroupLetter(group.Id) { Request = ask.Request, Sender = await courier.OwnTagWithinAsync(cancellationToken).ConfigureAwait(false) },
                changes => memory.CommitAsync(group, group.Access.WithAsked(ask), group.Ledger, changes, cancellationToken),
                cancellationToken).ConfigureAwait(false);
        }
        catch (OnionException e)
        {
            // Its devices are not known; the next poll tries again.
            ClientLog.NotAnswered(logger, e.Fault);
        }
        catch (ProtectionUnavailableException e)
        {
            ClientLog.NotReachable(logger, e.Obstacle);
            using RatchetMemory.Step step = await memory.EnterAsync(cancellationToken).ConfigureAwait(false);
            await memory.CommitAsync(group, group.Access.WithAsked(ask), group.Ledger, new AccountChanges(), cancellationToken).ConfigureAwait(false);
        }
    }

    private bool IsDue((AccountId Group, AccountId Member) request)
    {
        DateTimeOffset now = clock.Now;
        lock (_snapshots)
        {
            if (_snapshots.TryGetValue(request, out DateTimeOffset last) && now - last < SnapshotInterval)
            {
                return false;
            }

            _snapshots[request] = now;
            return true;
        }
    }
}
