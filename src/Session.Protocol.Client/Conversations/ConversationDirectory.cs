using Session.Protocol.Accounts;
using Session.Protocol.Messages;

namespace Session.Protocol.Client.Conversations;

/// <summary>The conversations of an account, and how the account presents itself in them. Safe for concurrent use.</summary>
public sealed class ConversationDirectory
{
    private readonly ConversationParts _parts;

    internal ConversationDirectory(ConversationParts parts)
    {
        _parts = parts;
        NoteToSelf = new Conversation(parts, parts.Self);
    }

    /// <summary>The conversation with oneself: what is written there reaches one's own devices and nobody else.</summary>
    public Conversation NoteToSelf { get; }

    /// <summary>A conversation. Nothing is sent or remembered by asking for it; the object is light and holds no state.</summary>
    /// <param name="account">With whom: an account, prefix <c>05</c>, or one's own id. Of a received message it is <see cref="ReceivedMessage.Conversation"/>.</param>
    /// <returns>The conversation.</returns>
    /// <exception cref="ArgumentException">Not an account.</exception>
    public Conversation Get(AccountId account)
    {
        OutgoingRules.RequireAccount(account, nameof(account));
        return account == _parts.Self ? NoteToSelf : new Conversation(_parts, account);
    }

    /// <summary>Everybody of whom something is known: who wrote, who was written to, who is blocked. Requests that nobody answered are forgotten after 60 days.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Snapshots, in no particular order, without oneself.</returns>
    public ValueTask<IReadOnlyList<Contact>> ListContactsAsync(CancellationToken cancellationToken = default) => _parts.Book.ListAsync(cancellationToken);

    /// <summary>The profile that goes along with messages.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The one that was set last, else <see cref="SessionClientOptions.Profile"/>; null for none.</returns>
    public ValueTask<UserProfile?> GetProfileAsync(CancellationToken cancellationToken = default) => _parts.Outbox.OwnProfileAsync(cancellationToken);

    /// <summary>
    /// Sets name and picture, and keeps them in the account's store. Nothing is sent by it: contacts see the new profile with the next message to them
    /// (protocol/13 §12). The picture must have been uploaded before.
    /// </summary>
    /// <param name="profile">The profile. Its time is set to now, so that contacts take it over.</param>
    /// <param name="cancellationToken">Ends the wait before it is kept.</param>
    /// <returns>The profile with its time.</returns>
    public async ValueTask<UserProfile> SetProfileAsync(UserProfile profile, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(profile);
        long earlier = (await GetProfileAsync(cancellationToken).ConfigureAwait(false))?.UpdatedAtSeconds ?? 0;
        UserProfile dated = profile with { UpdatedAtSeconds = Math.Max(_parts.Clock.Now.ToUnixTimeSeconds(), earlier + 1) };
        await _parts.Book.ChangeAsync(_parts.Self, x => x with { Profile = dated }, cancellationToken).ConfigureAwait(false);
        return dated;
    }
}
