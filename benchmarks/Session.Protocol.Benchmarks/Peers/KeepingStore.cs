using Session.Protocol.Accounts;
using Session.Protocol.Ratchet;
using Session.Protocol.Ratchet.PreKeys;
using Session.Protocol.Ratchet.Stores;

namespace Session.Protocol.Benchmarks.Peers;

/// <summary>A store that can be told to know no session and to keep no commit, so that one handshake can be done again and again.</summary>
internal sealed class KeepingStore : IRatchetStore
{
    public bool IsFrozen { get; set; }

    public InMemoryRatchetStore Inner { get; } = new();

    public ValueTask<byte[]?> LoadSessionAsync(RatchetAddress peer, CancellationToken cancellationToken = default) =>
        IsFrozen ? default : Inner.LoadSessionAsync(peer, cancellationToken);

    public ValueTask<X25519PublicKey?> LoadIdentityAsync(RatchetAddress peer, CancellationToken cancellationToken = default) => Inner.LoadIdentityAsync(peer, cancellationToken);

    public ValueTask<OneTimePreKey?> LoadOneTimePreKeyAsync(uint id, CancellationToken cancellationToken = default) => Inner.LoadOneTimePreKeyAsync(id, cancellationToken);

    public ValueTask<SignedPreKey?> LoadSignedPreKeyAsync(uint id, CancellationToken cancellationToken = default) => Inner.LoadSignedPreKeyAsync(id, cancellationToken);

    public ValueTask<KemPreKey?> LoadKemPreKeyAsync(uint id, CancellationToken cancellationToken = default) => Inner.LoadKemPreKeyAsync(id, cancellationToken);

    public ValueTask<bool> IsHandshakeUsedAsync(HandshakeId handshake, CancellationToken cancellationToken = default) =>
        IsFrozen ? default : Inner.IsHandshakeUsedAsync(handshake, cancellationToken);

    public ValueTask CommitAsync(RatchetCommit commit, CancellationToken cancellationToken = default) =>
        IsFrozen ? ValueTask.CompletedTask : Inner.CommitAsync(commit, cancellationToken);
}
