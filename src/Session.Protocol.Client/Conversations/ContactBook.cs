using Session.Protocol.Accounts;
using Session.Protocol.Client.Stores;
using Session.Protocol.Onion;

namespace Session.Protocol.Client.Conversations;

/// <summary>
/// What is known of other accounts, over the account's store. Changes happen one at a time. Safe for concurrent use.
/// </summary>
/// <remarks>
/// A received message takes effect at once for whoever asks, and in the store together with the word that it was handled. Between the two it lies in
/// <c>_ahead</c>: a crash then brings the message again, and its effect with it.
/// </remarks>
internal sealed class ContactBook(IAccountStore store, AccountId self, INetworkClock clock) : IDisposable
{
    private readonly SemaphoreSlim _oneChange = new(1, 1);

    /// <summary>Contacts as messages left them that nobody has acknowledged; as many as messages are being handled.</summary>
    private readonly Dictionary<AccountId, Contact> _ahead = [];

    /// <summary>The contact, or null when nothing is known.</summary>
    public async ValueTask<Contact?> FindAsync(AccountId account, CancellationToken cancellationToken)
    {
        await _oneChange.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await LoadAsync(account, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _oneChange.Release();
        }
    }

    /// <summary>The contact; a new one where nothing is known.</summary>
    public async ValueTask<Contact> GetAsync(AccountId account, CancellationToken cancellationToken) =>
        await FindAsync(account, cancellationToken).ConfigureAwait(false) ?? ContactRules.New(account, self);

    /// <summary>All contacts, in no particular order.</summary>
    public async ValueTask<IReadOnlyList<Contact>> ListAsync(CancellationToken cancellationToken)
    {
        await _oneChange.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            IReadOnlyList<AccountStateKey> keys = await store.ListStatesAsync(AccountStateKind.Contact, cancellationToken).ConfigureAwait(false);
            var contacts = new List<Contact>(keys.Count);
            foreach (AccountId account in keys.Select(x => AccountId.Parse(x.Name)).Union(_ahead.Keys))
            {
                if (account != self && await LoadAsync(account, cancellationToken).ConfigureAwait(false) is { } contact)
                {
                    contacts.Add(contact);
                }
            }

            return contacts;
        }
        finally
        {
            _oneChange.Release();
        }
    }

    /// <summary>Changes a contact and commits it, with other entries if there are any.</summary>
    /// <param name="account">Whose.</param>
    /// <param name="change">The change; gives the contact itself for none. It may run once only, and must not wait.</param>
    /// <param name="together">What is committed together with it.</param>
    /// <param name="cancellationToken">Cancels before anything changes.</param>
    /// <returns>The contact before and after.</returns>
    public async ValueTask<(Contact Before, Contact After)> ChangeAsync(
        AccountId account, Func<Contact, Contact> change, AccountChanges together, CancellationToken cancellationToken)
    {
        await _oneChange.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            Contact before = await LoadAsync(account, cancellationToken).ConfigureAwait(false) ?? ContactRules.New(account, self);
            Contact after = change(before);
            if (after != before || together.States.Count > 0 || together.Messages.Count > 0)
            {
                AccountChanges all = after == before && !_ahead.ContainsKey(account) ? together : together with { States = [ContactEntry.Of(after, clock.Now), .. together.States] };
                await store.CommitAsync(all, cancellationToken).ConfigureAwait(false);
                _ = _ahead.Remove(account);
            }

            return (before, after);
        }
        finally
        {
            _oneChange.Release();
        }
    }

    /// <summary>Changes a contact and commits it.</summary>
    public ValueTask<(Contact Before, Contact After)> ChangeAsync(AccountId account, Func<Contact, Contact> change, CancellationToken cancellationToken) =>
        ChangeAsync(account, change, new AccountChanges(), cancellationToken);

    /// <summary>Commits what unacknowledged messages have changed about a contact.</summary>
    public async ValueTask SaveAsync(AccountId account, CancellationToken cancellationToken)
    {
        await _oneChange.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_ahead.TryGetValue(account, out Contact? contact))
            {
                await store.CommitAsync(new AccountChanges { States = [ContactEntry.Of(contact, clock.Now)] }, cancellationToken).ConfigureAwait(false);
                _ = _ahead.Remove(account);
            }
        }
        finally
        {
            _oneChange.Release();
        }
    }

    /// <summary>Forgets a contact.</summary>
    /// <param name="account">Whom.</param>
    /// <param name="messages">What is committed together with it.</param>
    /// <param name="cancellationToken">Cancels before anything changes.</param>
    public async ValueTask RemoveAsync(AccountId account, IReadOnlyList<MessageChange> messages, CancellationToken cancellationToken)
    {
        await _oneChange.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await store.CommitAsync(new AccountChanges { States = [ContactEntry.Removed(account)], Messages = messages }, cancellationToken).ConfigureAwait(false);
            _ = _ahead.Remove(account);
        }
        finally
        {
            _oneChange.Release();
        }
    }

    /// <summary>Changes a contact for all that ask, and not yet in the store: <see cref="AcknowledgeAsync"/> follows.</summary>
    /// <returns>What <paramref name="change"/> gave.</returns>
    public async ValueTask<T> AnticipateAsync<T>(AccountId account, Func<Contact?, (Contact? After, T Result)> change, CancellationToken cancellationToken)
    {
        await _oneChange.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            Contact? before = await LoadAsync(account, cancellationToken).ConfigureAwait(false);
            (Contact? after, T result) = change(before);
            if (after is not null && after != before)
            {
                _ahead[account] = after;
            }

            return result;
        }
        finally
        {
            _oneChange.Release();
        }
    }

    /// <summary>Commits that a message was handled, and with it what it has changed. Not cancelled: the message was handled.</summary>
    public async ValueTask AcknowledgeAsync(AccountId account, AccountChanges handled)
    {
        await _oneChange.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            AccountChanges all = _ahead.TryGetValue(account, out Contact? contact)
                ? handled with { States = [.. handled.States, ContactEntry.Of(contact, clock.Now)] }
                : handled;
            await store.CommitAsync(all, CancellationToken.None).ConfigureAwait(false);
            _ = _ahead.Remove(account);
        }
        finally
        {
            _oneChange.Release();
        }
    }

    public void Dispose() => _oneChange.Dispose();

    private async ValueTask<Contact?> LoadAsync(AccountId account, CancellationToken cancellationToken)
    {
        if (_ahead.TryGetValue(account, out Contact? contact))
        {
            return contact;
        }

        byte[]? bytes = await store.LoadStateAsync(ContactEntry.Key(account), cancellationToken).ConfigureAwait(false);
        return bytes is null ? null : ContactEntry.Read(account, bytes);
    }
}
