using Session.Protocol.Accounts;
using Session.Protocol.Ratchet;
using Session.Protocol.Ratchet.PreKeys;
using Session.Protocol.Ratchet.Stores;

namespace Session.Protocol.Conformance.Suites;

/// <summary>The receiver of a transcript: a store that can be copied, so that a mutation spoils nothing, and lack one kind of keys.</summary>
internal sealed class TranscriptStore : IRatchetStore
{
    private readonly Dictionary<RatchetAddress, byte[]> _sessions;
    private readonly Dictionary<RatchetAddress, X25519PublicKey> _identities;
    private readonly HashSet<uint> _usedOneTime;
    private readonly HashSet<HandshakeId> _handshakes;

    public TranscriptStore() => (_sessions, _identities, _usedOneTime, _handshakes) = ([], [], [], []);

    private TranscriptStore(TranscriptStore other)
    {
        _sessions = new(other._sessions);
        _identities = new(other._identities);
        _usedOneTime = [.. other._usedOneTime];
        _handshakes = [.. other._handshakes];
        (OneTime, Signed, Kem) = (other.OneTime, other.Signed, other.Kem);
    }

    public Dictionary<uint, byte[]> OneTime { get; init; } = [];

    public Dictionary<uint, byte[]> Signed { get; init; } = [];

    public Dictionary<uint, byte[]> Kem { get; init; } = [];

    public TranscriptStore Copy() => new(this);

    /// <summary>A copy in which the key store of that name is empty.</summary>
    public TranscriptStore Without(string? name) => name is null ? this : new(this)
    {
        OneTime = name == "preKeys" ? [] : OneTime,
        Signed = name == "signedPreKeys" ? [] : Signed,
        Kem = name == "kyberPreKeys" ? [] : Kem,
    };

    /// <summary>Everything that a step may change, in one text.</summary>
    public string Snapshot() => string.Join(
        '|',
        _sessions.Select(x => $"{x.Key}={Convert.ToHexStringLower(x.Value)}")
            .Concat(_identities.Select(x => $"{x.Key}={x.Value}"))
            .Concat(_usedOneTime.Select(x => $"{x}"))
            .Concat(_handshakes.Select(x => $"{x}"))
            .Order(StringComparer.Ordinal));

    public ValueTask<byte[]?> LoadSessionAsync(RatchetAddress peer, CancellationToken cancellationToken = default) => new(_sessions.GetValueOrDefault(peer)?.ToArray());

    public ValueTask<X25519PublicKey?> LoadIdentityAsync(RatchetAddress peer, CancellationToken cancellationToken = default) =>
        new(_identities.TryGetValue(peer, out X25519PublicKey identity) ? identity : null);

    public ValueTask<OneTimePreKey?> LoadOneTimePreKeyAsync(uint id, CancellationToken cancellationToken = default) =>
        new(!_usedOneTime.Contains(id) && OneTimePreKey.TryDeserialize(OneTime.GetValueOrDefault(id), out OneTimePreKey? key) ? key : null);

    public ValueTask<SignedPreKey?> LoadSignedPreKeyAsync(uint id, CancellationToken cancellationToken = default) =>
        new(SignedPreKey.TryDeserialize(Signed.GetValueOrDefault(id), out SignedPreKey? key) ? key : null);

    public ValueTask<KemPreKey?> LoadKemPreKeyAsync(uint id, CancellationToken cancellationToken = default) =>
        new(KemPreKey.TryDeserialize(Kem.GetValueOrDefault(id), out KemPreKey? key) ? key : null);

    public ValueTask<bool> IsHandshakeUsedAsync(HandshakeId handshake, CancellationToken cancellationToken = default) => new(_handshakes.Contains(handshake));

    public ValueTask CommitAsync(RatchetCommit commit, CancellationToken cancellationToken = default)
    {
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
                _usedOneTime.Add(used);
            }
        }

        return ValueTask.CompletedTask;
    }
}
