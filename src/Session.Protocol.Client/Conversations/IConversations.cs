using Session.Protocol.Accounts;
using Session.Protocol.Messages;

namespace Session.Protocol.Client.Conversations;

/// <summary>The conversations of an account, and how the account presents itself in them. Safe for concurrent use.</summary>
public interface IConversations
{
    /// <summary>The conversation with oneself: what is written there reaches one's own devices and nobody else.</summary>
    IConversation NoteToSelf { get; }

    /// <summary>A conversation. Nothing is sent or remembered by asking for it; the object is light and holds no state.</summary>
    /// <param name="account">With whom: an account, prefix <c>05</c>, or one's own id. Of a received message it is <see cref="ReceivedMessage.Conversation"/>.</param>
    /// <returns>The conversation; nothing needs to be closed.</returns>
    /// <exception cref="ArgumentException">Not an account.</exception>
    IConversation Open(AccountId account);

    /// <summary>Everybody of whom something is known: who wrote, who was written to, who is blocked. Requests that nobody answered are forgotten after 60 days.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Snapshots, in no particular order, without oneself.</returns>
    ValueTask<IReadOnlyList<Contact>> ListContactsAsync(CancellationToken cancellationToken = default);

    /// <summary>The profile that goes along with messages.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The one that was set last, else <see cref="SessionClientOptions.Profile"/>; null for none.</returns>
    ValueTask<UserProfile?> GetProfileAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Sets name and picture, and keeps them in the account's store. Nothing is sent by it: contacts see the new profile with the next message to them
    /// (protocol/13 §12). The picture must have been uploaded before.
    /// </summary>
    /// <param name="profile">The profile. Its time is set to now, so that contacts take it over.</param>
    /// <param name="cancellationToken">Ends the wait before it is kept.</param>
    /// <returns>The profile with its time.</returns>
    ValueTask<UserProfile> SetProfileAsync(UserProfile profile, CancellationToken cancellationToken = default);
}
