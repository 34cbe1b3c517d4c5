using System.Security.Cryptography;
using Session.Protocol.Client.Ratchet;
using Session.Protocol.Client.Stores;

namespace Session.Protocol.Client.Receiving;

/// <summary>Messages that the store keeps because no handler has taken them: opened by the ratchet, or set aside.</summary>
internal static class WaitingMessages
{
    public static AccountStateKey Key(AccountStateKind kind, string hash) => new(kind, hash);

    /// <summary>Oldest first.</summary>
    public static async ValueTask<IReadOnlyList<PendingMessage>> ListAsync(IAccountStore store, AccountStateKind kind, CancellationToken cancellationToken)
    {
        var found = new List<PendingMessage>();
        foreach (AccountStateKey key in await store.ListStatesAsync(kind, cancellationToken).ConfigureAwait(false))
        {
            if (await store.LoadStateAsync(key, cancellationToken).ConfigureAwait(false) is { } bytes)
            {
                found.Add(PendingMessage.Read(key.Name, bytes));
                CryptographicOperations.ZeroMemory(bytes);
            }
        }

        return [.. found.OrderBy(x => x.Key.SentMilliseconds)];
    }

    /// <summary>Turns what was set aside into messages that wait for a handler. All at once, or one by one after a crash in between.</summary>
    public static async ValueTask<int> RetryAsync(IAccountStore store, CancellationToken cancellationToken)
    {
        IReadOnlyList<PendingMessage> found = await ListAsync(store, AccountStateKind.SetAsideMessage, cancellationToken).ConfigureAwait(false);
        foreach (PendingMessage message in found)
        {
            byte[] entry = message.Write();
            var changes = new AccountChanges
            {
                States =
                [
                    new AccountState(Key(AccountStateKind.SetAsideMessage, message.Hash), default),
                    new AccountState(Key(AccountStateKind.PendingMessage, message.Hash), entry, message.ExpiresAt),
                ],
            };
            try
            {
                await store.CommitAsync(changes, cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                CryptographicOperations.ZeroMemory(entry);
            }
        }

        return found.Count;
    }
}
