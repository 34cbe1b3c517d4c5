using Microsoft.Extensions.Logging;
using Session.Protocol.Accounts;
using Session.Protocol.Client.Ratchet;
using Session.Protocol.Client.Stores;
using Session.Protocol.Devices;
using Session.Protocol.Onion;
using Session.Protocol.Onion.Storage;
using Session.Protocol.Onion.Storage.Results;

namespace Session.Protocol.Client.Groups;

/// <summary>
/// What of a group cannot be opened yet and waits for a key or a change, what is settled, and which gaps are still to be reported. Bounded in number and
/// time.
/// </summary>
internal sealed class GroupBacklog(GroupMemory memory, INetworkClock clock, ILogger logger)
{
    /// <summary>Polls that a missing message has to turn up, because nodes do not have everything at the same time.</summary>
    private const int GapPolls = 3;

    /// <summary>Objects of one group that wait; a member could write any number. The oldest give way, and are reported.</summary>
    public const int MaxWaiting = 256;

    /// <summary>How long an object waits: as long as an inbox would have kept it.</summary>
    private static readonly TimeSpan MaxWait = StorageLimits.MaxInboxTimeToLive;

    /// <summary>Keeps an object for later, unless it waits already. Not within a step.</summary>
    public async ValueTask KeepAsync(
        LocalGroup group, StoredMessage stored, bool isRetry, Guid? distribution, AccountId? author, GroupNews news, CancellationToken cancellationToken)
    {
        if (isRetry)
        {
            if (group.Waiting.TryGetValue(stored.Hash, out GroupWait? known))
            {
                group.Waiting.TryUpdate(stored.Hash, known with { Distribution = distribution, Author = author }, known);
            }

            return;
        }

        using RatchetMemory.Step step = await memory.EnterAsync(cancellationToken).ConfigureAwait(false);
        while (group.Waiting.Count >= MaxWaiting)
        {
            (string oldest, GroupWait given) = group.Waiting.MinBy(x => x.Value.Timestamp);
            await GiveUpAsync(group, oldest, given, news, cancellationToken).ConfigureAwait(false);
        }

        var wait = new GroupWait(stored.Timestamp, distribution, author, group.Polls);
        await memory.CommitAsync(
            new AccountChanges
            {
                Handled = [new HandledMessage(stored.Hash, Retention.Of(stored, clock.Now), Key: null)],
                States = [GroupMemory.Of(group.Id, stored, wait, clock.Now + MaxWait)],
            },
            cancellationToken).ConfigureAwait(false);
        group.Waiting[stored.Hash] = wait;
        ClientLog.GroupMessageWaits(logger);
    }

    public async ValueTask DoneAsync(LocalGroup group, StoredMessage stored, CancellationToken cancellationToken)
    {
        using RatchetMemory.Step step = await memory.EnterAsync(cancellationToken).ConfigureAwait(false);
        await memory.CommitAsync(Done(group, stored), cancellationToken).ConfigureAwait(false);
        _ = group.Waiting.TryRemove(stored.Hash, out _);
    }

    public AccountChanges Done(LocalGroup group, StoredMessage stored) => new()
    {
        Handled = [new HandledMessage(stored.Hash, Retention.Of(stored, clock.Now), Key: null)],
        States = group.Waiting.ContainsKey(stored.Hash) ? [GroupMemory.NoLongerWaiting(group.Id, stored.Hash)] : [],
    };

    public static void NoteGap(LocalGroup group, (AccountId Account, DeviceTag Tag) author, GroupReader reader)
    {
        if (reader.Missing.Count == 0)
        {
            _ = group.Gaps.TryRemove(author, out _);
        }
        else
        {
            group.Gaps.TryAdd(author, group.Polls);
        }
    }

    /// <summary>Reports gaps that have not closed, and gives up what has waited too long. Not within a step.</summary>
    public async ValueTask SweepAsync(LocalGroup group, GroupNews news, CancellationToken cancellationToken)
    {
        using RatchetMemory.Step step = await memory.EnterAsync(cancellationToken).ConfigureAwait(false);
        long oldest = (clock.Now - MaxWait).ToUnixTimeMilliseconds();
        foreach ((string hash, GroupWait wait) in group.Waiting.Where(x => x.Value.Timestamp < oldest).ToArray())
        {
            await GiveUpAsync(group, hash, wait, news, cancellationToken).ConfigureAwait(false);
        }

        foreach (((AccountId account, DeviceTag tag), long since) in group.Gaps.ToArray())
        {
            // A message that waits for its key is not missing, and one that another node has comes with the next polls.
            if (group.Polls - since < GapPolls || group.Waiting.Values.Any(x => x.Author == account))
            {
                continue;
            }

            using GroupReader reader = await memory.ReaderAsync(group.Id, account, tag, cancellationToken).ConfigureAwait(false);
            int count = reader.Missing.Count;
            reader.Missing.Clear();
            await memory.CommitAsync(new AccountChanges { States = [GroupMemory.Of(group.Id, account, tag, reader)] }, cancellationToken).ConfigureAwait(false);
            _ = group.Gaps.TryRemove((account, tag), out _);
            if (count > 0)
            {
                Report(news, new MissingMessagesEventArgs(group.Id, account, count));
            }
        }
    }

    /// <summary>Within a step.</summary>
    private async ValueTask GiveUpAsync(LocalGroup group, string hash, GroupWait wait, GroupNews news, CancellationToken cancellationToken)
    {
        await memory.CommitAsync(new AccountChanges { States = [GroupMemory.NoLongerWaiting(group.Id, hash)] }, cancellationToken).ConfigureAwait(false);
        _ = group.Waiting.TryRemove(hash, out _);
        Report(news, new MissingMessagesEventArgs(group.Id, wait.Author, 1));
    }

    private static void Report(GroupNews news, MissingMessagesEventArgs missing)
    {
        news.Missing.Add(missing);
        SessionTelemetry.GroupMissing.Add(missing.Count);
    }
}
