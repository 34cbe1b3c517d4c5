using Microsoft.Extensions.Logging;
using Session.Protocol.Accounts;
using Session.Protocol.Cryptography;
using Session.Protocol.Groups;
using Session.Protocol.Onion;
using Session.Protocol.Onion.Swarms;

namespace Session.Protocol.Client.Groups;

/// <summary>
/// What follows from a group's state and is still to be done on the network: tell of own changes, invite and notify pairwise, revoke tokens,
/// renew the outer key. Each duty is read from stored state and struck off when it is done, so that a crash or a failing network only delays it.
/// </summary>
internal sealed class GroupDuties : IDisposable
{
    /// <summary>Polls after which a less senior admin renews the outer key, for each admin before it that should have.</summary>
    private const int RekeyPatience = 60;

    private readonly SemaphoreSlim _oneAtATime = new(1, 1);
    private readonly Dictionary<AccountId, long> _staleSince = [];
    private readonly SessionIdentity _identity;
    private readonly GroupRoster _roster;
    private readonly GroupAnnouncer _announcer;
    private readonly GroupTokens _tokens;
    private readonly GroupTeller _teller;

    public GroupDuties(SessionIdentity identity, GroupMemory memory, GroupCourier courier, GroupRoster roster, ISwarmClient swarm, ILogger logger)
    {
        _identity = identity;
        _roster = roster;
        _announcer = new GroupAnnouncer(identity, memory, courier);
        _tokens = new GroupTokens(identity, memory, swarm);
        _teller = new GroupTeller(memory, courier, _tokens, logger);
    }

    /// <summary>Does what is to be done for a group. Not within a step.</summary>
    /// <exception cref="OnionException">Something could not be done; it stays noted.</exception>
    public async ValueTask RunAsync(LocalGroup group, CancellationToken cancellationToken)
    {
        if (group.Access is { Unannounced.Count: 0, Untold.Count: 0 } && !group.IsAdmin)
        {
            return;
        }

        await _oneAtATime.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            while (group.Access.Unannounced.Count > 0)
            {
                await _announcer.AnnounceAsync(group, group.Access.Unannounced[0], cancellationToken).ConfigureAwait(false);
            }

            if (group.IsAdmin)
            {
                await _tokens.RevokeAsync(group, cancellationToken).ConfigureAwait(false);
            }

            await _teller.TellAllAsync(group, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    /// <summary>Renews the outer key when somebody who left may have it and it is this admin's turn.</summary>
    public async ValueTask RekeyAsync(LocalGroup group, CancellationToken cancellationToken)
    {
        if (!group.IsAdmin || !group.State.IsKeyStale)
        {
            _staleSince.Remove(group.Id);
            return;
        }

        _staleSince.TryAdd(group.Id, group.Polls);
        int rank = group.State.Admins.TakeWhile(x => x.Account != _identity.AccountId).Count();
        if (group.Polls - _staleSince[group.Id] < (long)rank * RekeyPatience)
        {
            return;
        }

        byte[] key = NewKey();
        await _roster.ChangeAsync(
            group,
            state => state.IsKeyStale ? new GroupChange.Rekey(new GroupKeyMark(GroupBox.IdOf(key), state.Epoch)) : null,
            (access, _) => access.WithKey(key),
            cancellationToken).ConfigureAwait(false);
        await RunAsync(group, cancellationToken).ConfigureAwait(false);
    }

    public static byte[] NewKey()
    {
        byte[] key = new byte[GroupBox.KeySize];
        RandomSource.System.Fill(key);
        return key;
    }

    public void Dispose() => _oneAtATime.Dispose();
}
