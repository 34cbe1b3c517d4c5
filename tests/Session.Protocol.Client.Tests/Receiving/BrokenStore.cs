using Session.Protocol.Accounts;
using Session.Protocol.Client.Stores;
using Session.Protocol.Onion.Swarms;

namespace Session.Protocol.Client.Tests.Receiving;

/// <summary>A store whose disk is full from time to time.</summary>
internal sealed class BrokenStore(IAccountStore store) : IAccountStore
{
    public bool IsBroken { get; set; }

    /// <summary>Whether the next commit fails, and only that.</summary>
    public bool FailsNext { get; set; }

    /// <summary>Which commits fail beside those.</summary>
    public Func<AccountChanges, bool> Fails { get; init; } = _ => false;

    public ValueTask<string?> GetLastHashAsync(Ed25519PublicKey node, AccountId account, SwarmNamespace space, CancellationToken cancellationToken = default) =>
        store.GetLastHashAsync(node, account, space, cancellationToken);

    public ValueTask<bool> IsHashHandledAsync(string hash, CancellationToken cancellationToken = default) => store.IsHashHandledAsync(hash, cancellationToken);

    public ValueTask<bool> IsMessageHandledAsync(MessageKey message, CancellationToken cancellationToken = default) => store.IsMessageHandledAsync(message, cancellationToken);

    public ValueTask<byte[]?> LoadStateAsync(AccountStateKey key, CancellationToken cancellationToken = default) => store.LoadStateAsync(key, cancellationToken);

    public ValueTask<IReadOnlyList<AccountStateKey>> ListStatesAsync(AccountStateKind kind, CancellationToken cancellationToken = default) =>
        store.ListStatesAsync(kind, cancellationToken);

    public ValueTask CommitAsync(AccountChanges changes, CancellationToken cancellationToken = default)
    {
        bool fails = IsBroken || FailsNext || Fails(changes);
        FailsNext = false;
        return fails ? throw new IOException("No space left.") : store.CommitAsync(changes, cancellationToken);
    }

    public ValueTask DestroyAsync(CancellationToken cancellationToken = default) => store.DestroyAsync(cancellationToken);
}
