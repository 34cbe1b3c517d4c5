using Session.Protocol.Accounts;
using Session.Protocol.Messages;

namespace Session.Protocol.Client.Conversations;

/// <summary>The conversations of one account.</summary>
internal sealed class ConversationDirectory : IConversations
{
    private readonly ConversationParts _parts;

    internal ConversationDirectory(ConversationParts parts)
    {
        _parts = parts;
        NoteToSelf = new Conversation(parts, parts.Self);
    }

    /// <inheritdoc/>
    public IConversation NoteToSelf { get; }

    /// <inheritdoc/>
    public IConversation Open(AccountId account)
    {
        OutgoingRules.RequireAccount(account, nameof(account));
        return account == _parts.Self ? NoteToSelf : new Conversation(_parts, account);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Contact>> ListContactsAsync(CancellationToken cancellationToken = default) => _parts.Book.ListAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask<UserProfile?> GetProfileAsync(CancellationToken cancellationToken = default) => _parts.Outbox.OwnProfileAsync(cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<UserProfile> SetProfileAsync(UserProfile profile, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(profile);
        long earlier = (await GetProfileAsync(cancellationToken).ConfigureAwait(false))?.UpdatedAtSeconds ?? 0;
        UserProfile dated = profile with { UpdatedAtSeconds = Math.Max(_parts.Clock.Now.ToUnixTimeSeconds(), earlier + 1) };
        await _parts.Book.ChangeAsync(_parts.Self, x => x with { Profile = dated }, cancellationToken).ConfigureAwait(false);
        return dated;
    }
}
