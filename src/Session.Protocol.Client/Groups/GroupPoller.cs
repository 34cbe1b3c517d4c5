using Microsoft.Extensions.Logging;
using Session.Protocol.Client.Receiving;
using Session.Protocol.Client.Stores;
using Session.Protocol.Onion;
using Session.Protocol.Onion.Storage;
using Session.Protocol.Onion.Storage.Results;
using Session.Protocol.Onion.Swarms;

namespace Session.Protocol.Client.Groups;

/// <summary>Looks into the swarm of one group after the other. Trouble on the network is logged, and what is to be done is tried again with the next look.</summary>
internal sealed class GroupPoller(GroupCourier courier, IAccountStore store, GroupInbox inbox, GroupDuties duties, GroupRecovery recovery, ILogger logger)
{
    /// <summary>Polls in a row that must be refused, at nodes chosen at random, before this account believes that it is out.</summary>
    private const int MaxRefusals = 3;

    /// <summary>Looks into a group's swarm. Null when nobody answered, and for a group that this account is not in. Not within a step.</summary>
    public async Task<SwarmPoll?> RetrieveAsync(LocalGroup group, CancellationToken cancellationToken)
    {
        if (!group.IsActive || group.Credentials is null)
        {
            return null;
        }

        try
        {
            SwarmPoll poll = await courier.RetrieveAsync(group, store, cancellationToken).ConfigureAwait(false);
            SessionTelemetry.GroupPolls.Add(1, SessionTelemetry.Outcome(poll.Namespaces[0].Refusal is { } refusal ? refusal.Fault.ToString() : "ok"));
            return poll;
        }
        catch (OnionException e)
        {
            ClientLog.GroupPollFailed(logger, e.Fault);
            SessionTelemetry.GroupPolls.Add(1, SessionTelemetry.Outcome(e.Fault.ToString()));
            return null;
        }
    }

    /// <summary>Takes in what a look brought, then does what is to be done for the group. Not within a step.</summary>
    public async ValueTask TakeAsync(LocalGroup group, SwarmPoll? poll, GroupNews news, CancellationToken cancellationToken)
    {
        if (poll is not null && poll.Namespaces[0].Refusal is { } refusal)
        {
            await RefusedAsync(group, refusal, news, cancellationToken).ConfigureAwait(false);
        }
        else if (poll is not null)
        {
            group.Refusals = 0;
            if (await TakeAllAsync(group, poll, news, cancellationToken).ConfigureAwait(false))
            {
                // Only now: what is missing may have been in the rest.
                group.Polls++;
                await inbox.SweepAsync(group, news, cancellationToken).ConfigureAwait(false);
            }
        }

        await DoDutiesAsync(group, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Takes in what a look brought, and what the nodes have more. False when they could not be read to the end; the next poll goes on there.</summary>
    private async ValueTask<bool> TakeAllAsync(LocalGroup group, SwarmPoll first, GroupNews news, CancellationToken cancellationToken)
    {
        SwarmPoll? poll = first;
        for (int looks = 1; poll is { Namespaces: [{ Refusal: null } read] }; looks++)
        {
            foreach (StoredMessage stored in read.Messages.OrderBy(x => x.Timestamp))
            {
                if (!await store.IsHashHandledAsync(stored.Hash, cancellationToken).ConfigureAwait(false) && !group.Access.IsOver)
                {
                    await inbox.TakeAsync(group, stored, news, cancellationToken).ConfigureAwait(false);
                }
            }

            await store.CommitAsync(new AccountChanges { Positions = poll.Positions }, cancellationToken).ConfigureAwait(false);
            if (!read.HasMore || read.Messages.Count == 0 || looks == PollPace.MaxLooks)
            {
                return true;
            }

            poll = await RetrieveAsync(group, cancellationToken).ConfigureAwait(false);
        }

        return false;
    }

    private async ValueTask DoDutiesAsync(LocalGroup group, CancellationToken cancellationToken)
    {
        try
        {
            await duties.RunAsync(group, cancellationToken).ConfigureAwait(false);
            await duties.RekeyAsync(group, cancellationToken).ConfigureAwait(false);
            await recovery.AskAsync(group, cancellationToken).ConfigureAwait(false);
        }
        catch (OnionException e)
        {
            ClientLog.DutyFailed(logger, e.Fault);
        }
        catch (GroupException e)
        {
            // Removed or full in the meantime: the duty has gone with it.
            ClientLog.DutyVoid(logger, e.Problem);
        }
    }

    private async ValueTask RefusedAsync(LocalGroup group, StorageException refusal, GroupNews news, CancellationToken cancellationToken)
    {
        ClientLog.GroupPollFailed(logger, refusal.Fault);
        group.Refusals += refusal.Fault == OnionFault.Unauthorized ? 1 : 0;
        if (group.Refusals >= MaxRefusals)
        {
            await inbox.EndAsync(group, news, cancellationToken).ConfigureAwait(false);
        }
    }
}
