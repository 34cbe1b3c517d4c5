using Microsoft.Extensions.Logging;
using Session.Protocol.Accounts;
using Session.Protocol.Client.Ratchet;
using Session.Protocol.Client.Stores;
using Session.Protocol.Groups;
using Session.Protocol.Onion;
using Session.Protocol.Onion.Storage.Results;

namespace Session.Protocol.Client.Groups;

/// <summary>
/// Takes in what lies in a group's swarm and what members write pairwise. Each object is one step: everything that follows from it is
/// committed together with its hash. What cannot be opened yet waits, and is tried again when a key or a change arrives.
/// </summary>
internal sealed class GroupInbox
{
    private readonly GroupBacklog _backlog;
    private readonly GroupLearner _learner;
    private readonly GroupLetterInbox _letters;
    private readonly GroupMessageInbox _messages;
    private readonly GroupMemory _memory;
    private readonly RatchetService _ratchet;
    private readonly ILogger _logger;

    public GroupInbox(
        SessionIdentity identity, GroupMemory memory, GroupCourier courier, RatchetService ratchet, IAccountStore store, INetworkClock clock, ILogger logger)
    {
        _memory = memory;
        _ratchet = ratchet;
        _logger = logger;
        _backlog = new GroupBacklog(memory, clock, logger);
        _learner = new GroupLearner(identity, memory, logger);
        _letters = new GroupLetterInbox(identity, memory, courier, ratchet, _learner, _backlog, logger);
        _messages = new GroupMessageInbox(identity, memory, courier, _backlog, store, clock, logger);
    }

    /// <summary>Takes one stored object in. Not within a step.</summary>
    public async ValueTask TakeAsync(LocalGroup group, StoredMessage stored, GroupNews news, CancellationToken cancellationToken)
    {
        bool progress = await TakeOneAsync(group, stored, isRetry: false, news, cancellationToken).ConfigureAwait(false);
        while (progress)
        {
            progress = await RetryAsync(group, news, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc cref="GroupLetterInbox.TakeAsync"/>
    public async ValueTask TakeLetterAsync(PendingMessage pending, GroupLetter? letter, GroupNews news, CancellationToken cancellationToken)
    {
        if (await _letters.TakeAsync(pending, letter, news, cancellationToken).ConfigureAwait(false) is not { } group)
        {
            return;
        }

        while (await RetryAsync(group, news, cancellationToken).ConfigureAwait(false))
        {
            // Until nothing more can be opened.
        }
    }

    /// <inheritdoc cref="GroupBacklog.SweepAsync"/>
    public ValueTask SweepAsync(LocalGroup group, GroupNews news, CancellationToken cancellationToken) => _backlog.SweepAsync(group, news, cancellationToken);

    /// <inheritdoc cref="GroupLearner.EndAsync"/>
    public ValueTask EndAsync(LocalGroup group, GroupNews news, CancellationToken cancellationToken) => _learner.EndAsync(group, news, cancellationToken);

    /// <summary>Tries everything that waits once more. True when something came of it that may help another one.</summary>
    private async ValueTask<bool> RetryAsync(LocalGroup group, GroupNews news, CancellationToken cancellationToken)
    {
        bool progress = false;
        foreach (string hash in group.Waiting.OrderBy(x => x.Value.Timestamp).Select(x => x.Key).ToArray())
        {
            if (await _memory.WaitingAsync(group.Id, hash, cancellationToken).ConfigureAwait(false) is { } stored)
            {
                progress |= await TakeOneAsync(group, stored, isRetry: true, news, cancellationToken).ConfigureAwait(false);
            }
        }

        return progress && !group.Waiting.IsEmpty;
    }

    /// <returns>Whether a key or a change arrived.</returns>
    private async ValueTask<bool> TakeOneAsync(LocalGroup group, StoredMessage stored, bool isRetry, GroupNews news, CancellationToken cancellationToken)
    {
        if (Open(group, stored) is not { } opened)
        {
            await _backlog.KeepAsync(group, stored, isRetry, null, null, news, cancellationToken).ConfigureAwait(false);
            return false;
        }

        GroupObject? content = GroupObject.TryRead(opened);
        if (content is { Letters.IsEmpty: false })
        {
            return await _letters.TakeBunchAsync(group, stored, isRetry, content, news, cancellationToken).ConfigureAwait(false);
        }

        if (content is { Changes.Count: > 0 })
        {
            return await TakeChangesAsync(group, stored, content, news, cancellationToken).ConfigureAwait(false);
        }

        if (content is null or { Message.IsEmpty: true })
        {
            ClientLog.ObjectRefused(_logger);
            await _backlog.DoneAsync(group, stored, cancellationToken).ConfigureAwait(false);
            return false;
        }

        await _messages.TakeAsync(group, stored, isRetry, content.Message, news, cancellationToken).ConfigureAwait(false);
        return false;
    }

    private static byte[]? Open(LocalGroup group, StoredMessage stored)
    {
        foreach (ReadOnlyMemory<byte> key in group.Access.OuterKeys)
        {
            if (GroupBox.TryOpen(key.Span, group.Id, stored.Data.Span) is { } opened)
            {
                return opened;
            }
        }

        return null;
    }

    private async ValueTask<bool> TakeChangesAsync(LocalGroup group, StoredMessage stored, GroupObject content, GroupNews news, CancellationToken cancellationToken)
    {
        if (!content.Record.IsEmpty && SignedGroupChange.TryRead(content.Changes[0], group.Id, out SignedGroupChange? first) == GroupChangeStatus.Ok)
        {
            await _ratchet.LearnAsync(first!.Author, content.Record, cancellationToken).ConfigureAwait(false);
        }

        using RatchetMemory.Step step = await _memory.EnterAsync(cancellationToken).ConfigureAwait(false);
        GroupLedger ledger = GroupLearner.Merge(group, content.Changes);
        await _learner.FinishAsync(group, group.Access, ledger, _backlog.Done(group, stored), news, cancellationToken).ConfigureAwait(false);
        return true;
    }
}
