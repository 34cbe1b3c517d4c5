using Session.Protocol.Accounts;
using Session.Protocol.Ratchet;
using Session.Protocol.Ratchet.PreKeys;

namespace Session.Protocol.Tests.Ratchet;

public class PreKeyTests
{
    [Fact]
    public void Serialize_AllKinds_ReadBackAndRefuseWhatIsCut()
    {
        using RatchetParty party = RatchetParty.Create(new RatchetAddress("someone"));
        using SignedPreKey signed = party.CreateSignedPreKey(1, RatchetPair.Now);
        using KemPreKey kem = party.CreateKemPreKey(2, RatchetPair.Now);
        using OneTimePreKey oneTime = OneTimePreKey.Create(3);
        byte[] a = signed.Serialize(), b = kem.Serialize(), c = oneTime.Serialize();

        Assert.True(SignedPreKey.TryDeserialize(a, out SignedPreKey? signedAgain));
        Assert.True(KemPreKey.TryDeserialize(b, out KemPreKey? kemAgain));
        Assert.True(OneTimePreKey.TryDeserialize(c, out OneTimePreKey? oneTimeAgain));
        using (signedAgain)
        using (kemAgain)
        using (oneTimeAgain)
        {
            Assert.Equal(a, signedAgain.Serialize());
            Assert.Equal(b, kemAgain.Serialize());
            Assert.Equal(c, oneTimeAgain.Serialize());
            Assert.True(party.CreateBundle(signedAgain, kemAgain, oneTimeAgain).Verify());
            Assert.Equal(RatchetPair.Now, signedAgain.CreatedAt);
        }

        Assert.False(SignedPreKey.TryDeserialize(a.AsSpan(1), out _));
        Assert.False(SignedPreKey.TryDeserialize([.. a, 0], out _));
        Assert.False(KemPreKey.TryDeserialize(b.AsSpan(0, b.Length - 1), out _));
        Assert.False(OneTimePreKey.TryDeserialize([], out _));
        c[0] = 9;
        Assert.False(OneTimePreKey.TryDeserialize(c, out _));
    }

    [Fact]
    public void FromAccount_SessionAccount_HasTheAccountsKey()
    {
        using SessionIdentity account = SessionIdentity.Create();
        using RatchetParty party = RatchetParty.FromAccount(new RatchetAddress("me"), 5, account);
        using SignedPreKey signed = party.CreateSignedPreKey(1, RatchetPair.Now);
        Span<byte> secret = stackalloc byte[RatchetParty.SecretKeySize];
        party.ExportSecretKey(secret);
        using RatchetParty again = RatchetParty.FromSecretKey(party.Address, party.RegistrationId, secret);

        Assert.Equal(account.EncryptionKey, party.IdentityKey);
        Assert.Equal(party.IdentityKey, again.IdentityKey);
        Assert.True(party.CreateBundle(signed).Verify());
        Assert.Throws<ArgumentException>(() => RatchetParty.FromSecretKey(party.Address, 1, new byte[31]));
        Assert.Throws<ArgumentException>(() => RatchetParty.Create(new RatchetAddress(string.Empty)));
    }
}
