using System.Diagnostics;
using Session.Protocol.Accounts;
using Session.Protocol.Client.Stores;
using Session.Protocol.Onion.Swarms;

namespace Session.Protocol.Crash;

/// <summary>A store that kills its own process (SIGKILL) at one commit. Nothing is flushed, disposed or told to anybody.</summary>
internal sealed class KillingStore(IMessageStore store, KillPlan plan) : IMessageStore
{
    private int _seen;

    public async ValueTask CommitAsync(AccountChanges changes, CancellationToken cancellationToken = default)
    {
        if (CommitPoint.Of(changes) != plan.Point || Interlocked.Increment(ref _seen) != plan.Occurrence)
        {
            await store.CommitAsync(changes, cancellationToken);
            return;
        }

        if (plan.Moment == Moment.Before)
        {
            await DieAsync();
        }

        // On another thread, so that this one strikes while it is at work.
        Task commit = Task.Run(async () => await store.CommitAsync(changes, cancellationToken), CancellationToken.None);
        if (plan.Moment == Moment.After)
        {
            await commit;
        }

        await DieAsync();
    }

    public ValueTask<string?> GetLastHashAsync(Ed25519PublicKey node, AccountId account, SwarmNamespace space, CancellationToken cancellationToken = default) =>
        store.GetLastHashAsync(node, account, space, cancellationToken);

    public ValueTask<bool> IsHashHandledAsync(string hash, CancellationToken cancellationToken = default) => store.IsHashHandledAsync(hash, cancellationToken);

    public ValueTask<bool> IsMessageHandledAsync(MessageKey message, CancellationToken cancellationToken = default) => store.IsMessageHandledAsync(message, cancellationToken);

    public ValueTask<byte[]?> LoadStateAsync(AccountStateKey key, CancellationToken cancellationToken = default) => store.LoadStateAsync(key, cancellationToken);

    public ValueTask<IReadOnlyList<AccountStateKey>> ListStatesAsync(AccountStateKind kind, CancellationToken cancellationToken = default) =>
        store.ListStatesAsync(kind, cancellationToken);

    public ValueTask<IReadOnlyList<MessageEntry>> ListMessagesAsync(AccountId conversation, long before, int limit, CancellationToken cancellationToken = default) =>
        store.ListMessagesAsync(conversation, before, limit, cancellationToken);

    public ValueTask DestroyAsync(CancellationToken cancellationToken = default) => store.DestroyAsync(cancellationToken);

    private static Task DieAsync()
    {
        Process.GetCurrentProcess().Kill();
        return Task.Delay(Timeout.Infinite);
    }
}
