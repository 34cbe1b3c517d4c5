using Session.Protocol.Accounts;
using Session.Protocol.Messages;

namespace Session.Protocol.Client.Groups;

/// <summary>
/// One group. Its properties show what this device knows now. Changes are made here first, then told to the group: when the network fails,
/// they follow while the client receives. Safe for concurrent use.
/// </summary>
public interface ISessionGroup
{
    /// <summary>The group's id, <c>03…</c>.</summary>
    AccountId Id { get; }

    /// <summary>How this account stands to it.</summary>
    GroupStatus Status { get; }

    /// <summary>Whether this account is an admin.</summary>
    bool IsAdmin { get; }

    /// <summary>The name.</summary>
    string Name { get; }

    /// <summary>The description, or empty.</summary>
    string Description { get; }

    /// <summary>Where to fetch the picture, or null.</summary>
    string? PictureUrl { get; }

    /// <summary>The picture's key, 32 bytes, or empty.</summary>
    ReadOnlyMemory<byte> PictureKey { get; }

    /// <summary>How long messages stay after they were sent; null for ever. It is set on every message that does not say otherwise.</summary>
    TimeSpan? DisappearingTimer { get; }

    /// <summary>Members and invited people, oneself included.</summary>
    IReadOnlyList<GroupMember> Members { get; }

    /// <summary>
    /// Sends a message to all members. It is encrypted once and stored once; keys are given out before where members lack them. It goes
    /// through the outbox, as <see cref="ISessionClient.SendAsync"/> says: trouble that passes is waited out, also beyond a restart.
    /// </summary>
    /// <param name="content">Any kind that has a meaning in groups: not typing indicators, and not the control messages of official groups.</param>
    /// <param name="cancellationToken">Ends the wait. A message that is in the account's store by then is sent all the same.</param>
    /// <returns>Where and how it was stored.</returns>
    /// <exception cref="ArgumentException">The content is too large, empty, or not for groups.</exception>
    /// <exception cref="GroupException">This account is not a member.</exception>
    /// <exception cref="Onion.OnionException">The network will not store it. It is not tried again, and not in the outbox.</exception>
    ValueTask<SentMessage> SendAsync(MessageContent content, CancellationToken cancellationToken = default);

    /// <summary>
    /// Deletes a message for everyone. One's own is taken back, also from the outbox; an admin also deletes that of others, and deletes from the group's swarm.
    /// </summary>
    /// <param name="message">Author and time.</param>
    /// <param name="hash">The name under which the swarm stores it, from <see cref="ReceivedMessage.Hash"/> or <see cref="SentMessage.Hash"/>; null where it is not known.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The message that tells the others.</returns>
    /// <exception cref="GroupException">It is another's message, and this account is no admin.</exception>
    /// <exception cref="Onion.OnionException">The network did not do it.</exception>
    ValueTask<SentMessage> DeleteAsync(MessageReference message, string? hash = null, CancellationToken cancellationToken = default);

    /// <summary>Accepts the invitation.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when the group was told.</returns>
    /// <exception cref="GroupException">There is no invitation.</exception>
    /// <exception cref="Onion.OnionException">The group could not be told yet.</exception>
    ValueTask AcceptAsync(CancellationToken cancellationToken = default);

    /// <summary>Declines the invitation.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when the group was told.</returns>
    /// <exception cref="GroupException">There is no invitation.</exception>
    /// <exception cref="Onion.OnionException">The group could not be told yet.</exception>
    ValueTask DeclineAsync(CancellationToken cancellationToken = default);

    /// <summary>Leaves the group and forgets its keys.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when the group was told.</returns>
    /// <exception cref="GroupException">This account is not a member, or is the last admin among others.</exception>
    /// <exception cref="Onion.OnionException">The group could not be told yet.</exception>
    ValueTask LeaveAsync(CancellationToken cancellationToken = default);

    /// <summary>Invites accounts.</summary>
    /// <param name="members">Accounts, prefix <c>05</c>.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when the invitations are stored.</returns>
    /// <exception cref="ArgumentException">A member is no account or named twice, or none is named.</exception>
    /// <exception cref="GroupException">This account is no admin, the group would be too large, or all are members already.</exception>
    /// <exception cref="ProtectionUnavailableException">One of them cannot be reached by ratchet; nobody was invited.</exception>
    /// <exception cref="Onion.OnionException">The network did not answer.</exception>
    ValueTask InviteAsync(IEnumerable<AccountId> members, CancellationToken cancellationToken = default);

    /// <summary>Removes members. They can read nothing that anybody sends after having heard of it.</summary>
    /// <param name="members">Members or invited accounts.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when the group was told and the members' rights to its swarm are revoked.</returns>
    /// <exception cref="ArgumentException">None is named.</exception>
    /// <exception cref="GroupException">This account is no admin, or not for longer than the admin it wants to remove; or there is no such member.</exception>
    /// <exception cref="Onion.OnionException">The group could not be told yet.</exception>
    ValueTask RemoveAsync(IEnumerable<AccountId> members, CancellationToken cancellationToken = default);

    /// <summary>Makes a member an admin, and gives it the group's key, which cannot be taken back.</summary>
    /// <param name="member">A member.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when the group and the member were told.</returns>
    /// <exception cref="GroupException">This account is no admin, there is no such member, or it is an admin already.</exception>
    /// <exception cref="Onion.OnionException">The group could not be told yet.</exception>
    ValueTask PromoteAsync(AccountId member, CancellationToken cancellationToken = default);

    /// <summary>Gives the group another name.</summary>
    /// <param name="name">1 to 100 bytes in UTF-8.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when the group was told.</returns>
    /// <exception cref="ArgumentException">The name is empty or too long.</exception>
    /// <exception cref="GroupException">This account is no admin.</exception>
    /// <exception cref="Onion.OnionException">The group could not be told yet.</exception>
    ValueTask RenameAsync(string name, CancellationToken cancellationToken = default);

    /// <summary>Sets the description.</summary>
    /// <param name="description">At most 2,000 bytes in UTF-8; empty for none.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when the group was told.</returns>
    /// <exception cref="ArgumentException">It is too long.</exception>
    /// <exception cref="GroupException">This account is no admin.</exception>
    /// <exception cref="Onion.OnionException">The group could not be told yet.</exception>
    ValueTask SetDescriptionAsync(string description, CancellationToken cancellationToken = default);

    /// <summary>Sets the picture, which was uploaded before, or takes it away.</summary>
    /// <param name="url">Where it is, at most 500 bytes; null for none.</param>
    /// <param name="key">Its key, 32 bytes; empty for none.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when the group was told.</returns>
    /// <exception cref="ArgumentException">The URL is too long, or the key has another length.</exception>
    /// <exception cref="GroupException">This account is no admin.</exception>
    /// <exception cref="Onion.OnionException">The group could not be told yet.</exception>
    ValueTask SetPictureAsync(string? url, ReadOnlyMemory<byte> key, CancellationToken cancellationToken = default);

    /// <summary>Sets how long messages stay after they were sent.</summary>
    /// <param name="timer">Whole seconds, 1 second to 2^32 - 1 seconds; null for ever.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when the group was told.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Anything else.</exception>
    /// <exception cref="GroupException">This account is no admin.</exception>
    /// <exception cref="Onion.OnionException">The group could not be told yet.</exception>
    ValueTask SetDisappearingTimerAsync(TimeSpan? timer, CancellationToken cancellationToken = default);
}
