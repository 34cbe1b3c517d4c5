using Session.Protocol.Accounts;
using Session.Protocol.Client.Stores;
using Session.Protocol.Onion.Swarms;

namespace Session.Protocol.Client.Tests.History;

/// <summary>A store whose commits that keep a message wait until a message was deleted.</summary>
internal sealed class HoldingStore(IMessageStore store) : IMessageStore
{
    private readonly TaskCompletionSource _deleted = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public async ValueTask CommitAsync(AccountChanges changes, CancellationToken cancellationToken = default)
    {
        if (changes.Messages.Any(x => x.Kind == MessageChangeKind.Put))
        {
            await _deleted.Task.WaitAsync(cancellationToken);
        }

        await store.CommitAsync(changes, cancellationToken);
        if (changes.Messages.Any(x => x.Kind == MessageChangeKind.Delete))
        {
            _deleted.TrySetResult();
        }
    }

    public ValueTask<IReadOnlyList<MessageEntry>> ListMessagesAsync(AccountId conversation, long before, int limit, CancellationToken cancellationToken = default) =>
        store.ListMessagesAsync(conversation, before, limit, cancellationToken);

    public ValueTask<string?> GetLastHashAsync(Ed25519PublicKey node, AccountId account, SwarmNamespace space, CancellationToken cancellationToken = default) =>
        store.GetLastHashAsync(node, account, space, cancellationToken);

    public ValueTask<bool> IsHashHandledAsync(string hash, CancellationToken cancellationToken = default) => store.IsHashHandledAsync(hash, cancellationToken);

    public ValueTask<bool> IsMessageHandledAsync(MessageKey message, CancellationToken cancellationToken = default) => store.IsMessageHandledAsync(message, cancellationToken);

    public ValueTask<byte[]?> LoadStateAsync(AccountStateKey key, CancellationToken cancellationToken = default) => store.LoadStateAsync(key, cancellationToken);

    public ValueTask<IReadOnlyList<AccountStateKey>> ListStatesAsync(AccountStateKind kind, CancellationToken cancellationToken = default) =>
        store.ListStatesAsync(kind, cancellationToken);

    public ValueTask DestroyAsync(CancellationToken cancellationToken = default) => store.DestroyAsync(cancellationToken);
}
