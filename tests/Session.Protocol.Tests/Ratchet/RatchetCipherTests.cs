using Session.Protocol.Accounts;
using Session.Protocol.Ratchet;
using Session.Protocol.Ratchet.PreKeys;
using Session.Protocol.Ratchet.Stores;

namespace Session.Protocol.Tests.Ratchet;

/// <summary>What the cipher promises about its store: one commit per step, and nothing is handed out without one.</summary>
public sealed class RatchetCipherTests : IDisposable
{
    private static readonly RatchetAddress Alice = new("alice");
    private static readonly RatchetAddress Bob = new("bob", 2);

    private readonly RatchetParty _alice = RatchetParty.Create(Alice);
    private readonly RatchetParty _bob = RatchetParty.Create(Bob);
    private readonly InMemoryRatchetStore _aliceStore = new();
    private readonly InMemoryRatchetStore _bobStore = new();
    private readonly PreKeyBundle _bundle;

    public RatchetCipherTests()
    {
        using SignedPreKey signed = _bob.CreateSignedPreKey(1, DateTimeOffset.UnixEpoch);
        using OneTimePreKey oneTime = OneTimePreKey.Create(2);
        _bobStore.Add(signed);
        _bobStore.Add(oneTime);
        _bundle = _bob.CreateBundle(signed, null, oneTime);
    }

    public void Dispose()
    {
        _alice.Dispose();
        _bob.Dispose();
        _aliceStore.Dispose();
        _bobStore.Dispose();
    }

    [Fact]
    public async Task Conversation_EveryStepFromTheStore_Works()
    {
        using var alice = new RatchetCipher(_alice, _aliceStore);
        using var bob = new RatchetCipher(_bob, _bobStore);
        Assert.Equal(RatchetStatus.NoSession, (await alice.EncryptAsync(Bob, new byte[1])).Status);
        Assert.Equal(RatchetStatus.Ok, await alice.InitiateAsync(Bob, _bundle));

        DecryptResult first = await bob.DecryptAsync(Alice, (await alice.EncryptAsync(Bob, new byte[] { 1 })).Message);
        DecryptResult reply = await alice.DecryptAsync(Bob, (await bob.EncryptAsync(Alice, new byte[] { 2 })).Message);

        Assert.Equal([1], first.Plaintext.ToArray());
        Assert.Equal(2u, first.Accepted?.OneTimePreKeyId);
        Assert.Equal(_alice.IdentityKey, first.Identity);
        Assert.Equal([2], reply.Plaintext.ToArray());
        Assert.Null(reply.Accepted);
        Assert.Null(await _bobStore.LoadOneTimePreKeyAsync(2));
        Assert.Equal(_alice.IdentityKey, await _bobStore.LoadIdentityAsync(Alice));
        Assert.True(await bob.ArchiveAsync(Alice));
        Assert.False(await bob.ArchiveAsync(new RatchetAddress("nobody")));
        Assert.Equal(RatchetStatus.NoSession, (await bob.EncryptAsync(Alice, new byte[1])).Status);
    }

    [Fact]
    public async Task Decrypt_FirstMessageAfterItsSessionIsForgotten_IsAReplay()
    {
        using var alice = new RatchetCipher(_alice, _aliceStore);
        using var bob = new RatchetCipher(_bob, _bobStore);
        await alice.InitiateAsync(Bob, _bundle with { OneTimePreKeyId = null });
        RatchetMessage first = (await alice.EncryptAsync(Bob, new byte[1])).Message;
        Assert.Equal(RatchetStatus.Ok, (await bob.DecryptAsync(Alice, first)).Status);

        // As after forty newer sessions: the record no longer knows the base key, the store still does.
        using (var empty = new RatchetSession(_bob, Alice))
        {
            await _bobStore.CommitAsync(new RatchetCommit { Peer = Alice, Session = empty.Serialize() });
        }

        DecryptResult replay = await bob.DecryptAsync(Alice, first);

        Assert.Equal(RatchetStatus.ReusedBaseKey, replay.Status);
        Assert.True(replay.Plaintext.IsEmpty);
        _bobStore.RemoveSignedPreKey(1);
        Assert.Equal(RatchetStatus.UnknownPreKey, (await bob.DecryptAsync(Alice, first)).Status);
    }

    [Fact]
    public async Task Commit_Fails_NothingIsHandedOutAndTheStepCanBeRepeated()
    {
        var failing = new FailingStore(_aliceStore);
        using var alice = new RatchetCipher(_alice, failing);
        using var bob = new RatchetCipher(_bob, _bobStore);
        await alice.InitiateAsync(Bob, _bundle);
        byte[]? before = await _aliceStore.LoadSessionAsync(Bob);
        failing.Fails = true;

        await Assert.ThrowsAsync<IOException>(async () => await alice.EncryptAsync(Bob, new byte[1]));
        Assert.Equal(before, await _aliceStore.LoadSessionAsync(Bob));

        failing.Fails = false;
        RatchetMessage message = (await alice.EncryptAsync(Bob, new byte[] { 9 })).Message;
        Assert.Equal([9], (await bob.DecryptAsync(Alice, message)).Plaintext.ToArray());
    }

    [Fact]
    public async Task Cancelled_BeforeTheCommit_ChangesNothing()
    {
        using var alice = new RatchetCipher(_alice, _aliceStore);
        await alice.InitiateAsync(Bob, _bundle);
        byte[]? before = await _aliceStore.LoadSessionAsync(Bob);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await alice.EncryptAsync(Bob, new byte[1], new CancellationToken(canceled: true)));

        Assert.Equal(before, await _aliceStore.LoadSessionAsync(Bob));
    }

    [Fact]
    public async Task Encrypt_ManyAtOnce_EveryMessageHasItsOwnKey()
    {
        using var alice = new RatchetCipher(_alice, _aliceStore);
        using var bob = new RatchetCipher(_bob, _bobStore);
        await alice.InitiateAsync(Bob, _bundle);

        EncryptResult[] sent = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Task.Run(async () => await alice.EncryptAsync(Bob, new[] { (byte)i }))));

        var opened = new HashSet<byte>();
        foreach (EncryptResult message in sent)
        {
            opened.Add((await bob.DecryptAsync(Alice, message.Message)).Plaintext.Span[0]);
        }

        Assert.Equal(50, opened.Count);
    }

    [Fact]
    public async Task Load_BrokenRecord_IsTold()
    {
        using var alice = new RatchetCipher(_alice, _aliceStore);
        await _aliceStore.CommitAsync(new RatchetCommit { Peer = Bob, Session = new byte[] { 1, 2, 3 } });

        await Assert.ThrowsAsync<InvalidDataException>(async () => await alice.EncryptAsync(Bob, new byte[1]));
    }

    private sealed class FailingStore(InMemoryRatchetStore inner) : IRatchetStore
    {
        public bool Fails { get; set; }

        public ValueTask<byte[]?> LoadSessionAsync(RatchetAddress peer, CancellationToken cancellationToken = default) => inner.LoadSessionAsync(peer, cancellationToken);

        public ValueTask<X25519PublicKey?> LoadIdentityAsync(RatchetAddress peer, CancellationToken cancellationToken = default) => inner.LoadIdentityAsync(peer, cancellationToken);

        public ValueTask<OneTimePreKey?> LoadOneTimePreKeyAsync(uint id, CancellationToken cancellationToken = default) => inner.LoadOneTimePreKeyAsync(id, cancellationToken);

        public ValueTask<SignedPreKey?> LoadSignedPreKeyAsync(uint id, CancellationToken cancellationToken = default) => inner.LoadSignedPreKeyAsync(id, cancellationToken);

        public ValueTask<KemPreKey?> LoadKemPreKeyAsync(uint id, CancellationToken cancellationToken = default) => inner.LoadKemPreKeyAsync(id, cancellationToken);

        public ValueTask<bool> IsHandshakeUsedAsync(HandshakeId handshake, CancellationToken cancellationToken = default) => inner.IsHandshakeUsedAsync(handshake, cancellationToken);

        public ValueTask CommitAsync(RatchetCommit commit, CancellationToken cancellationToken = default) =>
            Fails ? throw new IOException("disk full") : inner.CommitAsync(commit, cancellationToken);
    }
}
