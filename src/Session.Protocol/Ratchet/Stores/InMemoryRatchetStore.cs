using System.Security.Cryptography;
using Session.Protocol.Accounts;
using Session.Protocol.Ratchet.PreKeys;

namespace Session.Protocol.Ratchet.Stores;

/// <summary>A store for tests, samples and sessions that need not survive the process. Safe for concurrent use.</summary>
public sealed class InMemoryRatchetStore : IRatchetStore, IDisposable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<RatchetAddress, byte[]> _sessions = [];
    private readonly Dictionary<RatchetAddress, X25519PublicKey> _identities = [];
    private readonly Dictionary<uint, byte[]> _oneTime = [];
    private readonly Dictionary<uint, byte[]> _signed = [];
    private readonly Dictionary<uint, byte[]> _kem = [];
    private readonly HashSet<HandshakeId> _handshakes = [];

    /// <summary>Adds a one-time pre-key; a key with the same id is replaced.</summary>
    /// <param name="key">The pair, copied.</param>
    public void Add(OneTimePreKey key) => Put(_oneTime, key.Id, key.Serialize());

    /// <summary>Adds a signed pre-key; a key with the same id is replaced.</summary>
    /// <param name="key">The pair, copied.</param>
    public void Add(SignedPreKey key) => Put(_signed, key.Id, key.Serialize());

    /// <summary>Adds a KEM pre-key; a key with the same id is replaced.</summary>
    /// <param name="key">The pair, copied.</param>
    public void Add(KemPreKey key) => Put(_kem, key.Id, key.Serialize());

    /// <summary>Deletes a signed pre-key and forgets the handshakes that used it, which its absence refuses from now on.</summary>
    /// <param name="id">Its id.</param>
    public void RemoveSignedPreKey(uint id)
    {
        lock (_lock)
        {
            Remove(_signed, id);
            _handshakes.RemoveWhere(x => x.SignedPreKeyId == id);
        }
    }

    /// <summary>Deletes a KEM pre-key.</summary>
    /// <param name="id">Its id.</param>
    public void RemoveKemPreKey(uint id)
    {
        lock (_lock)
        {
            Remove(_kem, id);
        }
    }

    /// <summary>Stores the identity key of a peer, for example after its owner confirmed a changed safety number.</summary>
    /// <param name="peer">Whose.</param>
    /// <param name="identity">The key.</param>
    public void SetIdentity(RatchetAddress peer, X25519PublicKey identity)
    {
        lock (_lock)
        {
            _identities[peer] = identity;
        }
    }

    /// <inheritdoc/>
    public ValueTask<byte[]?> LoadSessionAsync(RatchetAddress peer, CancellationToken cancellationToken = default) => new(Copy(_sessions, peer));

    /// <inheritdoc/>
    public ValueTask<X25519PublicKey?> LoadIdentityAsync(RatchetAddress peer, CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            return new(_identities.TryGetValue(peer, out X25519PublicKey identity) ? identity : null);
        }
    }

    /// <inheritdoc/>
    public ValueTask<OneTimePreKey?> LoadOneTimePreKeyAsync(uint id, CancellationToken cancellationToken = default) =>
        new(Read(_oneTime, id, bytes => OneTimePreKey.TryDeserialize(bytes, out OneTimePreKey? key) ? key : null));

    /// <inheritdoc/>
    public ValueTask<SignedPreKey?> LoadSignedPreKeyAsync(uint id, CancellationToken cancellationToken = default) =>
        new(Read(_signed, id, bytes => SignedPreKey.TryDeserialize(bytes, out SignedPreKey? key) ? key : null));

    /// <inheritdoc/>
    public ValueTask<KemPreKey?> LoadKemPreKeyAsync(uint id, CancellationToken cancellationToken = default) =>
        new(Read(_kem, id, bytes => KemPreKey.TryDeserialize(bytes, out KemPreKey? key) ? key : null));

    /// <inheritdoc/>
    public ValueTask<bool> IsHandshakeUsedAsync(HandshakeId handshake, CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            return new(_handshakes.Contains(handshake));
        }
    }

    /// <inheritdoc/>
    public ValueTask CommitAsync(RatchetCommit commit, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(commit);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            Remove(_sessions, commit.Peer);
            _sessions[commit.Peer] = commit.Session.ToArray();
            if (commit.Identity is { } identity)
            {
                _identities[commit.Peer] = identity;
            }

            if (commit.Accepted is { } accepted)
            {
                _handshakes.Add(accepted.ToReplayKey());
                if (accepted.OneTimePreKeyId is { } used)
                {
                    Remove(_oneTime, used);
                }
            }
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>Zeroes and forgets everything.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            foreach (byte[] secret in _sessions.Values.Concat(_oneTime.Values).Concat(_signed.Values).Concat(_kem.Values))
            {
                CryptographicOperations.ZeroMemory(secret);
            }

            _sessions.Clear();
            _oneTime.Clear();
            _signed.Clear();
            _kem.Clear();
        }
    }

    private static void Remove<TKey>(Dictionary<TKey, byte[]> table, TKey key)
        where TKey : notnull
    {
        if (table.Remove(key, out byte[]? secret))
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    private void Put(Dictionary<uint, byte[]> table, uint id, byte[] bytes)
    {
        lock (_lock)
        {
            Remove(table, id);
            table[id] = bytes;
        }
    }

    private byte[]? Copy<TKey>(Dictionary<TKey, byte[]> table, TKey key)
        where TKey : notnull
    {
        lock (_lock)
        {
            return table.TryGetValue(key, out byte[]? bytes) ? (byte[])bytes.Clone() : null;
        }
    }

    private T? Read<T>(Dictionary<uint, byte[]> table, uint id, Func<byte[], T?> read)
        where T : class
    {
        byte[]? bytes = Copy(table, id);
        if (bytes is null)
        {
            return null;
        }

        T? key = read(bytes);
        CryptographicOperations.ZeroMemory(bytes);
        return key;
    }
}
