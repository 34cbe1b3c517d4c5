using Session.Protocol.Cryptography;
using Session.Protocol.Ratchet;
using Session.Protocol.Ratchet.PreKeys;
using Session.Protocol.Ratchet.Stores;

namespace Session.Protocol.Interop.Tests.Peers;

/// <summary>
/// A party of this library with a store, so that each step also writes its state down and reads it again. It checks by itself
/// that a refused message changes nothing.
/// </summary>
internal sealed class SdkParty : IParty, IDisposable
{
    private readonly RatchetParty _party;
    private readonly InMemoryRatchetStore _store = new();
    private readonly RatchetCipher _cipher;
    private readonly IRandomSource _random;
    private uint _nextId = 1;

    public SdkParty(IRandomSource random, string name = "ours")
    {
        _random = random;
        _party = RatchetParty.Create(new RatchetAddress(name), random);
        _cipher = new RatchetCipher(_party, _store, random: random);
    }

    public string Name => _party.Address.Name;

    /// <summary>The suite of the last opened message.</summary>
    public RatchetSuite LastSuite { get; private set; }

    public Task<PreKeyBundle> MakeBundleAsync(bool withKem, bool withOneTime)
    {
        uint id = _nextId++;
        using SignedPreKey signed = _party.CreateSignedPreKey(id, DateTimeOffset.UnixEpoch, _random);
        using KemPreKey? kem = withKem ? _party.CreateKemPreKey(id, DateTimeOffset.UnixEpoch, _random) : null;
        using OneTimePreKey? oneTime = withOneTime ? OneTimePreKey.Create(id, _random) : null;
        _store.Add(signed);
        if (kem is not null)
        {
            _store.Add(kem);
        }

        if (oneTime is not null)
        {
            _store.Add(oneTime);
        }

        return Task.FromResult(_party.CreateBundle(signed, kem, oneTime));
    }

    public async Task StartAsync(IParty peer, PreKeyBundle bundle, RatchetSuite suite) =>
        Assert.Equal(RatchetStatus.Ok, await _cipher.InitiateAsync(new RatchetAddress(peer.Name), bundle, suite));

    public async Task ArchiveAsync(IParty peer) => Assert.True(await _cipher.ArchiveAsync(new RatchetAddress(peer.Name)));

    public async Task<RatchetMessage> EncryptAsync(IParty peer, byte[] plaintext)
    {
        EncryptResult result = await _cipher.EncryptAsync(new RatchetAddress(peer.Name), plaintext);
        Assert.Equal(RatchetStatus.Ok, result.Status);
        return result.Message;
    }

    public async Task<Opened> OpenAsync(IParty peer, RatchetMessage message)
    {
        var address = new RatchetAddress(peer.Name);
        byte[]? before = await _store.LoadSessionAsync(address);
        DecryptResult result = await _cipher.DecryptAsync(address, message);
        if (result.Status != RatchetStatus.Ok)
        {
            Assert.Equal(before, await _store.LoadSessionAsync(address));
            return new Opened(null, result.Status == RatchetStatus.Duplicate, result.Status.ToString());
        }

        LastSuite = result.Suite;
        return new Opened(result.Plaintext.ToArray());
    }

    public void Dispose()
    {
        _cipher.Dispose();
        _store.Dispose();
        _party.Dispose();
    }
}
