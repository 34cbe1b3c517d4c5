using Microsoft.Extensions.Logging;
using Session.Protocol.Accounts;
using Session.Protocol.Client.History;
using Session.Protocol.Client.Outbox;
using Session.Protocol.Client.Ratchet;
using Session.Protocol.Client.Stores;
using Session.Protocol.Groups;
using Session.Protocol.Messages;
using Session.Protocol.Messages.Groups;
using Session.Protocol.Onion;
using Session.Protocol.Onion.Storage;
using Session.Protocol.Onion.Storage.Results;
using Session.Protocol.Onion.Swarms;

namespace Session.Protocol.Client.Groups;

/// <summary>The groups of a client: what applications call, and what the client's poller drives. Safe for concurrent use.</summary>
internal sealed class GroupService : ISessionGroups, IDisposable
{
    private readonly SessionIdentity _identity;
    private readonly ISwarmClient _swarm;
    private readonly RatchetService _ratchet;
    private readonly ILogger _logger;
    private readonly GroupMemory _memory;
    private readonly GroupCourier _courier;
    private readonly GroupRoster _roster;
    private readonly GroupSender _sender;
    private readonly GroupInbox _inbox;
    private readonly GroupDuties _duties;
    private readonly GroupRecovery _recovery;
    private readonly GroupPoller _poller;

    public GroupService(
        SessionIdentity identity, ISwarmClient swarm, RatchetService ratchet, MessageOutbox outbox, MessageHistory history, INetworkClock clock, SendTimes times, IAccountStore store, SessionClientOptions options, ILogger logger)
    {
        _identity = identity;
        _swarm = swarm;
        _ratchet = ratchet;
        _logger = logger;
        _memory = new GroupMemory(store, ratchet.Memory, identity);
        _courier = new GroupCourier(identity, ratchet, outbox, swarm, clock, times, options, logger);
        _roster = new GroupRoster(identity, _memory, times);
        _sender = new GroupSender(identity, _memory, _courier, outbox, history, clock, times, options);
        outbox.Groups = _sender;
        _inbox = new GroupInbox(identity, _memory, _courier, ratchet, store, clock, logger);
        _duties = new GroupDuties(identity, _memory, _courier, _roster, swarm, logger);
        _recovery = new GroupRecovery(identity, _memory, _courier, _sender, clock, logger);
        _poller = new GroupPoller(_courier, store, _inbox, _duties, _recovery, logger);
    }

    public event EventHandler<GroupChangedEventArgs>? Changed;

    public event EventHandler<MissingMessagesEventArgs>? MessagesMissing;

    internal AccountId Self => _identity.AccountId;

    public async ValueTask<ISessionGroup> CreateAsync(string name, IEnumerable<AccountId> members, CancellationToken cancellationToken = default)
    {
        GroupText.RequireName(name, nameof(name));
        AccountId[] invited = Accounts(members, nameof(members));
        if (invited.Length >= GroupLimits.MaxMembers)
        {
            throw new GroupException(GroupProblem.Full);
        }

        await RequireRatchetAsync(invited, cancellationToken).ConfigureAwait(false);
        LocalGroup group = await _roster.FoundAsync(name, invited, cancellationToken).ConfigureAwait(false);
        try
        {
            await _duties.RunAsync(group, cancellationToken).ConfigureAwait(false);
        }
        catch (OnionException e)
        {
            // The group exists. Invitations that did not go out follow with the next poll.
            ClientLog.DutyFailed(_logger, e.Fault);
        }

        return new SessionGroup(this, group);
    }

    public async ValueTask<ISessionGroup?> GetAsync(AccountId group, CancellationToken cancellationToken = default) =>
        await _memory.FindAsync(group, cancellationToken).ConfigureAwait(false) is { State.IsFounded: true } known ? new SessionGroup(this, known) : null;

    public async ValueTask<IReadOnlyList<ISessionGroup>> ListAsync(CancellationToken cancellationToken = default) =>
        [.. (await _memory.ListAsync(cancellationToken).ConfigureAwait(false)).Where(x => x.State.IsFounded).Select(x => new SessionGroup(this, x))];

    public ValueTask RecoverAsync(AccountId group, AccountId member, CancellationToken cancellationToken = default)
    {
        Require(group, AccountIdPrefix.Group, nameof(group));
        Require(member, AccountIdPrefix.Standard, nameof(member));
        return _recovery.RecoverAsync(group, member, cancellationToken);
    }

    public ValueTask<SentMessage> SendAsync(LocalGroup group, MessageContent content, CancellationToken cancellationToken)
    {
        RequireForGroups(content);
        return _sender.SendAsync(group, content, cancellationToken);
    }

    public ValueTask<QueuedMessage> EnqueueAsync(LocalGroup group, MessageContent content, AccountChanges together, CancellationToken cancellationToken)
    {
        RequireForGroups(content);
        return _sender.EnqueueAsync(group, content, together, cancellationToken);
    }

    public async ValueTask<SentMessage> DeleteAsync(LocalGroup group, MessageReference message, string? hash, CancellationToken cancellationToken)
    {
        GroupSender.RequireJoined(group);
        if (message.Author != Self && !group.IsAdmin)
        {
            throw new GroupException(GroupProblem.NotAnAdmin);
        }

        if (hash is not null && group.IsAdmin)
        {
            await _swarm.SendAsync(StorageRequest.Delete(group.Credentials!, [hash]), cancellationToken).ConfigureAwait(false);
        }

        return await _sender.UnsendAsync(group, new Unsend { Target = message }, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask InviteAsync(LocalGroup group, IEnumerable<AccountId> members, CancellationToken cancellationToken)
    {
        AccountId[] invited = Accounts(members, nameof(members));
        if (invited.Length == 0)
        {
            throw new ArgumentException("Nobody is named.", nameof(members));
        }

        if (invited.Length + group.State.Members.Keys.Except(invited).Count() > GroupLimits.MaxMembers)
        {
            throw new GroupException(GroupProblem.Full);
        }

        await RequireRatchetAsync(invited, cancellationToken).ConfigureAwait(false);
        AccountId[] added = [];
        await ChangeAsync(
            group,
            state =>
            {
                added = [.. invited.Where(x => state.Find(x) is null)];
                return added.Length > 0 ? new GroupChange.Add(added) : throw new GroupException(GroupProblem.NoChange);
            },
            (access, _) => access.WithUntold(added),
            cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask RemoveAsync(LocalGroup group, IEnumerable<AccountId> members, CancellationToken cancellationToken)
    {
        AccountId[] removed = Accounts(members, nameof(members));
        if (removed.Length == 0)
        {
            throw new ArgumentException("Nobody is named.", nameof(members));
        }

        byte[] key = GroupDuties.NewKey();
        await ChangeAsync(
            group,
            state => Array.TrueForAll(removed, x => state.Find(x) is not null)
                ? new GroupChange.Remove([.. removed.Select(x => new GroupRemoval(x, state.HeadsOf(x)))], new GroupKeyMark(GroupBox.IdOf(key), state.Epoch + (uint)removed.Length))
                : throw new GroupException(GroupProblem.NoSuchMember),
            (access, _) => access.WithKey(key).WithUntold(removed),
            cancellationToken).ConfigureAwait(false);
    }

    public ValueTask PromoteAsync(LocalGroup group, AccountId member, CancellationToken cancellationToken) => ChangeAsync(
        group,
        state => state.Find(member) is null ? throw new GroupException(GroupProblem.NoSuchMember) : new GroupChange.Promote(member),
        (access, _) => access.WithUntold([member]),
        cancellationToken);

    public ValueTask AcceptAsync(LocalGroup group, CancellationToken cancellationToken) => ChangeAsync(
        group,
        state => state.IsJoined(Self) ? throw new GroupException(GroupProblem.NoChange) : new GroupChange.Answer(GroupAnswer.Accept),
        (access, _) => access.WithUntold([Self]),
        cancellationToken);

    public ValueTask DeclineAsync(LocalGroup group, CancellationToken cancellationToken) => ChangeAsync(
        group, state => state.IsJoined(Self) ? throw new GroupException(GroupProblem.NoChange) : new GroupChange.Answer(GroupAnswer.Decline), null, cancellationToken);

    public ValueTask LeaveAsync(LocalGroup group, CancellationToken cancellationToken) => ChangeAsync(
        group,
        state => state.IsAdmin(Self) && state.Admins.Count() == 1 && state.Members.Count > 1
            ? throw new GroupException(GroupProblem.LastAdmin)
            : new GroupChange.Answer(GroupAnswer.Leave),
        null,
        cancellationToken);

    /// <summary>Makes a change and tells the group.</summary>
    public async ValueTask ChangeAsync(
        LocalGroup group, Func<GroupState, GroupChange?> make, Func<GroupAccess, GroupState, GroupAccess>? alter, CancellationToken cancellationToken)
    {
        await _roster.ChangeAsync(group, make, alter, cancellationToken).ConfigureAwait(false);
        await _duties.RunAsync(group, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Looks into the swarms of all groups, and does what is to be done. Trouble on the network is logged and does not concern other groups.</summary>
    /// <returns>Messages to hand out, which are stored until they are acknowledged.</returns>
    public async ValueTask<IReadOnlyList<PendingMessage>> PollAsync(CancellationToken cancellationToken)
    {
        var messages = new List<PendingMessage>();
        IReadOnlyList<LocalGroup> groups = await _memory.ListAsync(cancellationToken).ConfigureAwait(false);
        foreach (LocalGroup[] some in groups.Where(x => !x.Access.IsOver).Chunk(GroupCourier.Parallelism))
        {
            SwarmPoll?[] polls = await Task.WhenAll(some.Select(x => _poller.RetrieveAsync(x, cancellationToken))).ConfigureAwait(false);
            for (int i = 0; i < some.Length; i++)
            {
                var news = new GroupNews();
                await _poller.TakeAsync(some[i], polls[i], news, cancellationToken).ConfigureAwait(false);
                messages.AddRange(await FollowAsync(news, cancellationToken).ConfigureAwait(false));
            }
        }

        return messages;
    }

    /// <summary>Takes in a pairwise letter; null for one that cannot be read.</summary>
    public async ValueTask<IReadOnlyList<PendingMessage>> TakeLetterAsync(PendingMessage pending, CancellationToken cancellationToken)
    {
        var news = new GroupNews();
        await _inbox.TakeLetterAsync(pending, GroupLetter.TryRead(pending.Content.Span), news, cancellationToken).ConfigureAwait(false);
        return await FollowAsync(news, cancellationToken).ConfigureAwait(false);
    }

    public void Dispose()
    {
        _memory.Dispose();
        _duties.Dispose();
    }

    internal async ValueTask<LocalGroup?> FindAsync(AccountId group, CancellationToken cancellationToken) =>
        await _memory.FindAsync(group, cancellationToken).ConfigureAwait(false);

    /// <summary>Raises events and answers members. What is handed out comes back.</summary>
    private async ValueTask<IReadOnlyList<PendingMessage>> FollowAsync(GroupNews news, CancellationToken cancellationToken)
    {
        news.Changes.ForEach(x => Changed?.Invoke(this, x));
        news.Missing.ForEach(x => MessagesMissing?.Invoke(this, x));
        foreach ((AccountId account, Devices.RecoveryNotice notice) in news.Notices)
        {
            await _ratchet.Recovery.AskAsync(account, notice, cancellationToken).ConfigureAwait(false);
        }

        foreach ((LocalGroup group, AccountId account, Devices.DeviceTag device, GroupRequest request) in news.Requests)
        {
            await _recovery.AnswerAsync(group, account, device, request, cancellationToken).ConfigureAwait(false);
        }

        return news.Messages;
    }

    private static void RequireForGroups(MessageContent content)
    {
        ArgumentNullException.ThrowIfNull(content);
        if (content is TypingIndicator or GroupUpdate or ExpirationTimerUpdate)
        {
            throw new ArgumentException("Typing indicators, timers of conversations and control messages of official groups have no meaning in these groups.", nameof(content));
        }

        SessionClient.RequireSomething(content);
    }

    private async ValueTask RequireRatchetAsync(AccountId[] accounts, CancellationToken cancellationToken)
    {
        foreach (AccountId[] some in accounts.Chunk(GroupCourier.Parallelism))
        {
            RatchetPlan[] plans = await Task.WhenAll(some.Select(x => _courier.PlanAsync(x, cancellationToken).AsTask())).ConfigureAwait(false);
            if (Array.Find(plans, x => x.Record is null) is { } plan)
            {
                throw new ProtectionUnavailableException(Protection.Ratchet, plan.Obstacle);
            }
        }
    }

    private AccountId[] Accounts(IEnumerable<AccountId> members, string parameter)
    {
        ArgumentNullException.ThrowIfNull(members, parameter);
        AccountId[] accounts = [.. members];
        foreach (AccountId account in accounts)
        {
            Require(account, AccountIdPrefix.Standard, parameter);
        }

        return accounts.Contains(Self) || accounts.Distinct().Count() != accounts.Length
            ? throw new ArgumentException("Expected other accounts, each once.", parameter)
            : accounts;
    }

    private static void Require(AccountId id, AccountIdPrefix prefix, string parameter)
    {
        if (id.Prefix != prefix)
        {
            throw new ArgumentException(prefix == AccountIdPrefix.Group ? "Expected the id of a group, 03…." : "Expected the id of an account, 05….", parameter);
        }
    }
}
