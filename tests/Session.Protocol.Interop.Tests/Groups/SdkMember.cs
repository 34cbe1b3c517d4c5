using Session.Protocol.Cryptography;
using Session.Protocol.Interop.Tests.Peers;
using Session.Protocol.Ratchet;
using Session.Protocol.SenderKeys;
using Session.Protocol.SenderKeys.Stores;

namespace Session.Protocol.Interop.Tests.Groups;

/// <summary>
/// A member of this library with a store, so that each step also writes its state down and reads it again. It checks by itself
/// that a refused message changes nothing.
/// </summary>
internal sealed class SdkMember : IGroupMember, IDisposable
{
    private readonly Guid _group;
    private readonly InMemorySenderKeyStore _store = new();
    private readonly SenderKeyCipher _cipher;

    public SdkMember(Guid group, IRandomSource random)
    {
        _group = group;
        _cipher = new SenderKeyCipher(new RatchetAddress(Name), _store, random);
    }

    public string Name => "ours";

    public async Task<byte[]> DistributeAsync() => await _cipher.CreateDistributionAsync(_group);

    public async Task<byte[]> RotateAsync() => await _cipher.RotateAsync(_group);

    public async Task ProcessAsync(IGroupMember author, byte[] distribution) =>
        Assert.Equal(SenderKeyStatus.Ok, await _cipher.ProcessAsync(new RatchetAddress(author.Name), _group, distribution));

    public async Task<byte[]> EncryptAsync(byte[] plaintext)
    {
        SenderKeyEncryptResult result = await _cipher.EncryptAsync(_group, plaintext);
        Assert.Equal(SenderKeyStatus.Ok, result.Status);
        return result.Message.ToArray();
    }

    public async Task<Opened> OpenAsync(IGroupMember author, byte[] message)
    {
        var name = new SenderKeyName(new RatchetAddress(author.Name), _group);
        byte[]? before = await _store.LoadSenderKeyAsync(name);
        SenderKeyDecryptResult result = await _cipher.DecryptAsync(name.Author, message);
        if (result.Status != SenderKeyStatus.Ok)
        {
            Assert.Equal(before, await _store.LoadSenderKeyAsync(name));
            return new Opened(null, result.Status == SenderKeyStatus.Duplicate, result.Status.ToString());
        }

        return new Opened(result.Plaintext.ToArray());
    }

    public void Dispose()
    {
        _cipher.Dispose();
        _store.Dispose();
    }
}
