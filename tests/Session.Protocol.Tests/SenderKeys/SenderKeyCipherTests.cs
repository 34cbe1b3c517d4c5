using Session.Protocol.Ratchet;
using Session.Protocol.SenderKeys;
using Session.Protocol.SenderKeys.Stores;

namespace Session.Protocol.Tests.SenderKeys;

/// <summary>What the cipher promises about its store: one commit per step, and nothing is handed out without one.</summary>
public sealed class SenderKeyCipherTests : IDisposable
{
    private static readonly RatchetAddress Alice = new("alice");
    private static readonly RatchetAddress Bob = new("bob", 2);
    private static readonly Guid Group = SenderKeyGroup.Id;

    private readonly InMemorySenderKeyStore _aliceMemory = new();
    private readonly FaultyStore _aliceStore;
    private readonly FaultyStore _bobStore;
    private readonly InMemorySenderKeyStore _bobMemory = new();
    private readonly SenderKeyCipher _alice;
    private readonly SenderKeyCipher _bob;

    public SenderKeyCipherTests()
    {
        _aliceStore = new FaultyStore(_aliceMemory);
        _bobStore = new FaultyStore(_bobMemory);
        _alice = new SenderKeyCipher(Alice, _aliceStore, new SeededRandomSource(1));
        _bob = new SenderKeyCipher(Bob, _bobStore, new SeededRandomSource(2));
    }

    public void Dispose()
    {
        _alice.Dispose();
        _bob.Dispose();
        _aliceMemory.Dispose();
        _bobMemory.Dispose();
    }

    [Fact]
    public async Task Conversation_EveryStepFromTheStore_Works()
    {
        Assert.Equal(SenderKeyStatus.NoSenderKey, (await _alice.EncryptAsync(Group, new byte[1])).Status);
        byte[] distribution = await _alice.CreateDistributionAsync(Group);
        Assert.Equal(SenderKeyStatus.Ok, await _bob.ProcessAsync(Alice, Group, distribution));

        SenderKeyEncryptResult sent = await _alice.EncryptAsync(Group, new byte[] { 1 });
        SenderKeyDecryptResult read = await _bob.DecryptAsync(Alice, sent.Message);

        Assert.Equal([1], read.Plaintext.ToArray());
        Assert.Equal(SenderKeyStatus.Duplicate, (await _bob.DecryptAsync(Alice, sent.Message)).Status);
        Assert.Equal(SenderKeyStatus.Malformed, (await _bob.DecryptAsync(Alice, new byte[3])).Status);
        await _bob.ForgetAsync(Alice, Group);
        Assert.Equal(SenderKeyStatus.NoSenderKey, (await _bob.DecryptAsync(Alice, (await _alice.EncryptAsync(Group, new byte[1])).Message)).Status);
    }

    [Fact]
    public async Task CreateDistribution_Again_IsTheSameChainAtItsPosition()
    {
        byte[] first = await _alice.CreateDistributionAsync(Group);
        int commits = _aliceStore.Commits;

        Assert.Equal(first, await _alice.CreateDistributionAsync(Group));

        Assert.Equal(1, commits);
        Assert.Equal(commits, _aliceStore.Commits);
        SenderKeyEncryptResult past = await _alice.EncryptAsync(Group, new byte[1]);
        await _bob.ProcessAsync(Alice, Group, await _alice.CreateDistributionAsync(Group));
        Assert.Equal(SenderKeyStatus.Duplicate, (await _bob.DecryptAsync(Alice, past.Message)).Status);
    }

    [Fact]
    public async Task Rotate_IsCommittedAndCutsOffTheOldDistribution()
    {
        await _bob.ProcessAsync(Alice, Group, await _alice.CreateDistributionAsync(Group));

        byte[] next = await _alice.RotateAsync(Group);
        SenderKeyEncryptResult sent = await _alice.EncryptAsync(Group, new byte[] { 7 });

        Assert.Equal(SenderKeyStatus.NoSenderKey, (await _bob.DecryptAsync(Alice, sent.Message)).Status);
        Assert.Equal(SenderKeyStatus.Ok, await _bob.ProcessAsync(Alice, Group, next));
        Assert.Equal([7], (await _bob.DecryptAsync(Alice, sent.Message)).Plaintext.ToArray());
    }

    [Fact]
    public async Task Decrypt_UnderAnotherAuthor_IsRefused()
    {
        var mallory = new RatchetAddress("mallory");
        await _bob.ProcessAsync(Alice, Group, await _alice.CreateDistributionAsync(Group));
        using var malloryStore = new InMemorySenderKeyStore();
        using var malloryCipher = new SenderKeyCipher(mallory, malloryStore);
        await _bob.ProcessAsync(mallory, Group, await malloryCipher.CreateDistributionAsync(Group));
        SenderKeyEncryptResult sent = await _alice.EncryptAsync(Group, new byte[1]);

        Assert.Equal(SenderKeyStatus.NoSenderKey, (await _bob.DecryptAsync(mallory, sent.Message)).Status);
        Assert.Equal(SenderKeyStatus.NoSenderKey, (await _bob.DecryptAsync(Alice with { Device = 2 }, sent.Message)).Status);
        Assert.Equal(SenderKeyStatus.Ok, (await _bob.DecryptAsync(Alice, sent.Message)).Status);
    }

    [Fact]
    public async Task Process_UnderOnesOwnAddress_IsRefusedEvenBeforeThereIsAChain()
    {
        using var foreign = new SenderKeySession(Group);

        Assert.Equal(SenderKeyStatus.OwnChain, await _alice.ProcessAsync(Alice, Group, foreign.CreateDistribution()));

        Assert.Equal(0, _aliceStore.Commits);
        await _alice.CreateDistributionAsync(Group);
        Assert.Equal(SenderKeyStatus.Ok, (await _alice.EncryptAsync(Group, new byte[1])).Status);
    }

    [Fact]
    public async Task Process_OfAnotherGroup_StoresNothing()
    {
        byte[] distribution = await _alice.CreateDistributionAsync(Guid.NewGuid());

        Assert.Equal(SenderKeyStatus.Invalid, await _bob.ProcessAsync(Alice, Group, distribution));
        Assert.Equal(0, _bobStore.Commits);
    }

    [Fact]
    public async Task Commit_Fails_NothingIsHandedOutAndTheStepCanBeRepeated()
    {
        _aliceStore.Fails = true;
        await Assert.ThrowsAsync<IOException>(async () => await _alice.CreateDistributionAsync(Group));
        Assert.Null(await _aliceMemory.LoadSenderKeyAsync(new SenderKeyName(Alice, Group)));
        _aliceStore.Fails = false;
        byte[] distribution = await _alice.CreateDistributionAsync(Group);

        _bobStore.Fails = true;
        await Assert.ThrowsAsync<IOException>(async () => await _bob.ProcessAsync(Alice, Group, distribution));
        _bobStore.Fails = false;
        Assert.Equal(SenderKeyStatus.Ok, await _bob.ProcessAsync(Alice, Group, distribution));

        byte[]? before = await _aliceMemory.LoadSenderKeyAsync(new SenderKeyName(Alice, Group));
        _aliceStore.Fails = true;
        await Assert.ThrowsAsync<IOException>(async () => await _alice.EncryptAsync(Group, new byte[1]));
        await Assert.ThrowsAsync<IOException>(async () => await _alice.RotateAsync(Group));
        Assert.Equal(before, await _aliceMemory.LoadSenderKeyAsync(new SenderKeyName(Alice, Group)));
        _aliceStore.Fails = false;
        SenderKeyEncryptResult sent = await _alice.EncryptAsync(Group, new byte[] { 9 });

        _bobStore.Fails = true;
        await Assert.ThrowsAsync<IOException>(async () => await _bob.DecryptAsync(Alice, sent.Message));
        _bobStore.Fails = false;
        Assert.Equal([9], (await _bob.DecryptAsync(Alice, sent.Message)).Plaintext.ToArray());
    }

    [Fact]
    public async Task Refused_CommitsNothing()
    {
        await _bob.ProcessAsync(Alice, Group, await _alice.CreateDistributionAsync(Group));
        byte[] altered = (await _alice.EncryptAsync(Group, new byte[1])).Message.ToArray();
        altered[^1] ^= 1;
        int commits = _bobStore.Commits;

        Assert.NotEqual(SenderKeyStatus.Ok, (await _bob.DecryptAsync(Alice, altered)).Status);

        Assert.Equal(commits, _bobStore.Commits);
    }

    [Fact]
    public async Task Commit_Record_IsZeroedAfterwards()
    {
        await _alice.CreateDistributionAsync(Group);
        _ = await _alice.EncryptAsync(Group, new byte[1]);

        Assert.All(_aliceStore.Seen, x => Assert.False(x.Span.ContainsAnyExcept((byte)0)));
        Assert.All(_aliceStore.Loaded, x => Assert.False(x.AsSpan().ContainsAnyExcept((byte)0)));
        Assert.NotEmpty(_aliceStore.Loaded);
    }

    [Fact]
    public async Task Cancelled_BeforeTheCommit_ChangesNothing()
    {
        await _alice.CreateDistributionAsync(Group);
        byte[]? before = await _aliceMemory.LoadSenderKeyAsync(new SenderKeyName(Alice, Group));
        var cancelled = new CancellationToken(canceled: true);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await _alice.EncryptAsync(Group, new byte[1], cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await _alice.RotateAsync(Group, cancelled));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await _alice.ForgetAsync(Alice, Group, cancelled));

        Assert.Equal(before, await _aliceMemory.LoadSenderKeyAsync(new SenderKeyName(Alice, Group)));
    }

    [Fact]
    public async Task Encrypt_ManyAtOnce_EveryMessageHasItsOwnKey()
    {
        await _bob.ProcessAsync(Alice, Group, await _alice.CreateDistributionAsync(Group));

        SenderKeyEncryptResult[] sent = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => Task.Run(async () => await _alice.EncryptAsync(Group, new[] { (byte)i }))));
        SenderKeyDecryptResult[] read = await Task.WhenAll(sent.Reverse().Select(x => Task.Run(async () => await _bob.DecryptAsync(Alice, x.Message))));

        Assert.Equal(50, read.Where(x => x.Status == SenderKeyStatus.Ok).Select(x => x.Plaintext.Span[0]).Distinct().Count());
    }

    [Fact]
    public async Task Decrypt_SameMessageManyTimesAtOnce_OpensOnce()
    {
        await _bob.ProcessAsync(Alice, Group, await _alice.CreateDistributionAsync(Group));
        ReadOnlyMemory<byte> message = (await _alice.EncryptAsync(Group, new byte[1])).Message;

        SenderKeyDecryptResult[] read = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(async () => await _bob.DecryptAsync(Alice, message))));

        Assert.Single(read, x => x.Status == SenderKeyStatus.Ok);
        Assert.Equal(19, read.Count(x => x.Status == SenderKeyStatus.Duplicate));
    }

    [Fact]
    public async Task Load_BrokenOrMisplacedRecord_IsTold()
    {
        var bobs = new SenderKeyName(Bob, Group);
        await _aliceMemory.StoreSenderKeyAsync(bobs, new byte[] { 1, 2, 3 });
        await Assert.ThrowsAsync<InvalidDataException>(async () => await _alice.ProcessAsync(Bob, Group, new byte[1]));

        // One's own record under a reader's name, and one of another group.
        using var own = new SenderKeySession(Group);
        _ = own.CreateDistribution();
        await _aliceMemory.StoreSenderKeyAsync(bobs, own.Serialize());
        await Assert.ThrowsAsync<InvalidDataException>(async () => await _alice.ProcessAsync(Bob, Group, new byte[1]));
        var other = Guid.NewGuid();
        await _aliceMemory.StoreSenderKeyAsync(new SenderKeyName(Alice, other), own.Serialize());
        await Assert.ThrowsAsync<InvalidDataException>(async () => await _alice.EncryptAsync(other, new byte[1]));
    }

    [Fact]
    public void Constructor_AddressWithoutName_Throws() => Assert.Throws<ArgumentException>(() => new SenderKeyCipher(default, _aliceMemory));

    [Fact]
    public async Task InMemoryStore_KeepsCopiesAndForgets()
    {
        using var store = new InMemorySenderKeyStore();
        var name = new SenderKeyName(Alice, Group);
        byte[] record = [1, 2, 3];
        await store.StoreSenderKeyAsync(name, record);
        record[0] = 9;
        byte[]? loaded = await store.LoadSenderKeyAsync(name);
        loaded![1] = 9;

        Assert.Equal([1, 2, 3], await store.LoadSenderKeyAsync(name));
        Assert.Null(await store.LoadSenderKeyAsync(name with { Author = Bob }));
        await store.StoreSenderKeyAsync(name, null);
        Assert.Null(await store.LoadSenderKeyAsync(name));
    }

    private sealed class FaultyStore(InMemorySenderKeyStore inner) : ISenderKeyStore
    {
        public bool Fails { get; set; }

        public int Commits { get; private set; }

        public List<ReadOnlyMemory<byte>> Seen { get; } = [];

        public List<byte[]> Loaded { get; } = [];

        public async ValueTask<byte[]?> LoadSenderKeyAsync(SenderKeyName name, CancellationToken cancellationToken = default)
        {
            // Real stores answer on another thread: without a lock in the cipher two steps would load the same record.
            await Task.Yield();
            byte[]? record = await inner.LoadSenderKeyAsync(name, cancellationToken);
            if (record is not null)
            {
                Loaded.Add(record);
            }

            return record;
        }

        public async ValueTask StoreSenderKeyAsync(SenderKeyName name, ReadOnlyMemory<byte>? record, CancellationToken cancellationToken = default)
        {
            await Task.Yield();
            if (Fails)
            {
                throw new IOException("The disk is full.");
            }

            await inner.StoreSenderKeyAsync(name, record, cancellationToken);
            Seen.Add(record ?? default);
            Commits++;
        }
    }
}
