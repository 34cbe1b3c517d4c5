using Session.Protocol.Accounts;

namespace Session.Protocol.Client.Groups;

/// <summary>
/// The groups of an account (docs/groups.md): up to 100 members, each message encrypted once. They need the ratchet
/// (<see cref="RatchetOptions.Enabled"/>) on both sides, and nothing of official groups. Safe for concurrent use.
/// </summary>
public interface ISessionGroups
{
    /// <summary>A group has changed. Raised within <see cref="ISessionClient.ReceiveAsync"/>, which waits for the handlers, after the change is stored.</summary>
    event EventHandler<GroupChangedEventArgs>? Changed;

    /// <summary>Messages are missing: they did not arrive within some looks into the swarm. Raised within <see cref="ISessionClient.ReceiveAsync"/>.</summary>
    event EventHandler<MissingMessagesEventArgs>? MessagesMissing;

    /// <summary>Founds a group, with this account as its first admin, and invites members.</summary>
    /// <param name="name">1 to 100 bytes in UTF-8.</param>
    /// <param name="members">Up to 99 other accounts, prefix <c>05</c>.</param>
    /// <param name="cancellationToken">Ends the wait; invitations that did not go out follow while the client receives.</param>
    /// <returns>The group.</returns>
    /// <exception cref="ArgumentException">The name is too long or empty, or a member is no account, oneself or named twice.</exception>
    /// <exception cref="GroupException">More than 99 members.</exception>
    /// <exception cref="ProtectionUnavailableException">A member cannot be reached by ratchet; nothing was founded.</exception>
    /// <exception cref="Onion.OnionException">The network did not answer; nothing was founded.</exception>
    ValueTask<ISessionGroup> CreateAsync(string name, IEnumerable<AccountId> members, CancellationToken cancellationToken = default);

    /// <summary>One group.</summary>
    /// <param name="group">Its id, <c>03…</c>.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The group, or null when this account was never in it.</returns>
    ValueTask<ISessionGroup?> GetAsync(AccountId group, CancellationToken cancellationToken = default);

    /// <summary>All groups, those that have ended included.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The groups, in no particular order.</returns>
    ValueTask<IReadOnlyList<ISessionGroup>> ListAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Asks a member for a group that this account is in and this device has lost, or never had. The answer arrives while the client receives;
    /// ask an admin, because only admins can give back the right to the group's swarm.
    /// </summary>
    /// <param name="group">The group, <c>03…</c>.</param>
    /// <param name="member">Whom to ask.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when the request is stored.</returns>
    /// <exception cref="ArgumentException">Not a group, or not an account.</exception>
    /// <exception cref="ProtectionUnavailableException">The member cannot be reached by ratchet.</exception>
    /// <exception cref="Onion.OnionException">The network did not store it.</exception>
    ValueTask RecoverAsync(AccountId group, AccountId member, CancellationToken cancellationToken = default);
}
