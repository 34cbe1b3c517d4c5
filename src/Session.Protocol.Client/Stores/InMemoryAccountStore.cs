using System.Security.Cryptography;
using Session.Protocol.Accounts;
using Session.Protocol.Onion.Swarms;

namespace Session.Protocol.Client.Stores;

/// <summary>
/// An <see cref="IAccountStore"/> that forgets everything when the process ends: after a restart, messages that are still
/// in the swarm arrive again. What the swarm has forgotten is dropped, so it does not grow with time. Safe for concurrent use.
/// </summary>
/// <param name="timeProvider">Decides what has expired; the system's clock by default.</param>
public sealed class InMemoryAccountStore(TimeProvider? timeProvider = null) : IMessageStore
{
    /// <summary>Expired entries are swept out each time this many were added.</summary>
    private const int SweepInterval = 1_024;

    private readonly TimeProvider _time = timeProvider ?? TimeProvider.System;
    private readonly Lock _gate = new();
    private readonly Dictionary<(Ed25519PublicKey Node, AccountId Account, SwarmNamespace Namespace), string> _positions = [];
    private readonly Dictionary<string, DateTimeOffset> _hashes = new(StringComparer.Ordinal);
    private readonly Dictionary<MessageKey, DateTimeOffset> _messages = [];
    private readonly Dictionary<AccountStateKey, (byte[] Value, DateTimeOffset ExpiresAt)> _states = [];
    private readonly InMemoryMessages _kept = new();
    private int _added;
    private bool _isDestroyed;

    /// <summary>How many handled messages are remembered.</summary>
    internal int Count
    {
        get
        {
            lock (_gate)
            {
                return _hashes.Count;
            }
        }
    }

    /// <inheritdoc/>
    public ValueTask<string?> GetLastHashAsync(Ed25519PublicKey node, AccountId account, SwarmNamespace space, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDestroyed, this);
            return ValueTask.FromResult(_positions.GetValueOrDefault((node, account, space)));
        }
    }

    /// <inheritdoc/>
    public ValueTask<bool> IsHashHandledAsync(string hash, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDestroyed, this);
            return ValueTask.FromResult(_hashes.ContainsKey(hash));
        }
    }

    /// <inheritdoc/>
    public ValueTask<bool> IsMessageHandledAsync(MessageKey message, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDestroyed, this);
            return ValueTask.FromResult(_messages.ContainsKey(message));
        }
    }

    /// <inheritdoc/>
    public ValueTask<byte[]?> LoadStateAsync(AccountStateKey key, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDestroyed, this);
            return ValueTask.FromResult(_states.TryGetValue(key, out var state) && state.ExpiresAt > _time.GetUtcNow() ? (byte[])state.Value.Clone() : null);
        }
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<AccountStateKey>> ListStatesAsync(AccountStateKind kind, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDestroyed, this);
            DateTimeOffset now = _time.GetUtcNow();
            return ValueTask.FromResult<IReadOnlyList<AccountStateKey>>([.. _states.Where(x => x.Key.Kind == kind && x.Value.ExpiresAt > now).Select(x => x.Key)]);
        }
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<MessageEntry>> ListMessagesAsync(AccountId conversation, long before, int limit, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDestroyed, this);
            return ValueTask.FromResult(_kept.List(conversation, before, limit, _time.GetUtcNow()));
        }
    }

    /// <inheritdoc/>
    public ValueTask CommitAsync(AccountChanges changes, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(changes);
        cancellationToken.ThrowIfCancellationRequested();
        InMemoryMessages.Check(changes.Messages);
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDestroyed, this);
            foreach (HandledMessage handled in changes.Handled)
            {
                _hashes[handled.Hash] = handled.ExpiresAt;
                if (handled.Key is { } key)
                {
                    _messages[key] = handled.ExpiresAt;
                }
            }

            foreach (RetrievePosition position in changes.Positions)
            {
                _positions[(position.Node, position.Account, position.Namespace)] = position.LastHash;
            }

            foreach (AccountState state in changes.States)
            {
                Remove(state.Key);
                if (!state.Value.IsEmpty)
                {
                    _states[state.Key] = (state.Value.ToArray(), state.ExpiresAt ?? DateTimeOffset.MaxValue);
                }
            }

            foreach (MessageChange message in changes.Messages)
            {
                _kept.Apply(message);
            }

            _added += changes.Handled.Count + changes.States.Count + changes.Messages.Count;
            if (_added >= SweepInterval)
            {
                _added = 0;
                DateTimeOffset now = _time.GetUtcNow();
                Sweep(_hashes, now);
                Sweep(_messages, now);
                _kept.Sweep(now);
                foreach (AccountStateKey key in _states.Where(x => x.Value.ExpiresAt <= now).Select(x => x.Key).ToArray())
                {
                    Remove(key);
                }
            }
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask DestroyAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_gate)
        {
            _isDestroyed = true;
            foreach (AccountStateKey key in _states.Keys.ToArray())
            {
                Remove(key);
            }

            _positions.Clear();
            _hashes.Clear();
            _messages.Clear();
            _kept.Clear();
        }

        return ValueTask.CompletedTask;
    }

    private void Remove(AccountStateKey key)
    {
        if (_states.Remove(key, out var state))
        {
            CryptographicOperations.ZeroMemory(state.Value);
        }
    }

    private static void Sweep<T>(Dictionary<T, DateTimeOffset> entries, DateTimeOffset now)
        where T : notnull
    {
        foreach (T key in entries.Where(x => x.Value <= now).Select(x => x.Key).ToArray())
        {
            entries.Remove(key);
        }
    }
}
