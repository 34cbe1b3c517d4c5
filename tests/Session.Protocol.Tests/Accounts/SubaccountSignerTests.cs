using CsCheck;
using Session.Protocol.Accounts;

namespace Session.Protocol.Tests.Accounts;

public sealed class SubaccountSignerTests
{
    private const SubaccountRights ReadWrite = SubaccountRights.Read | SubaccountRights.Write;

    [Fact]
    public void TryCreate_ValueOfAnyGroupForAnyMember_SignsSoThatTheTokenVerifies() =>
        Gen.Select(Gen.Byte.Array[32], Gen.Byte.Array[32], Gen.Byte.Array[0, 100]).Sample(
            (groupSeed, memberSeed, message) =>
            {
                using GroupAdminKey group = GroupAdminKey.FromSeed(groupSeed);
                using SessionIdentity member = SessionIdentity.FromSeed(memberSeed);
                Assert.True(SubaccountSigner.TryCreate(group.GroupId, member, group.CreateSigningValue(member.AccountId, ReadWrite), ReadWrite, out SubaccountSigner? signer));
                using (signer)
                {
                    byte[] signature = new byte[64];
                    signer.Sign(message, signature);
                    Assert.True(signer.Token.Key.Verify(message, signature));
                    Assert.Equal(group.CreateToken(member.AccountId, ReadWrite), signer.Token);
                }
            },
            iter: 40,
            threads: 1);

    [Fact]
    public void TryCreate_AlteredOrTruncatedValue_IsRefused()
    {
        using GroupAdminKey group = GroupAdminKey.FromSeed(new byte[32]);
        using SessionIdentity member = SessionIdentity.FromSeed(new byte[16]);
        byte[] value = group.CreateSigningValue(member.AccountId, ReadWrite);
        for (int i = 0; i < value.Length; i++)
        {
            byte[] altered = [.. value];
            altered[i] ^= 0x04;
            Assert.False(SubaccountSigner.TryCreate(group.GroupId, member, altered, SubaccountRights.Read, out _), $"byte {i}");
            Assert.False(SubaccountSigner.TryCreate(group.GroupId, member, value.AsSpan(0, i), SubaccountRights.Read, out _), $"length {i}");
        }
    }

    [Fact]
    public void TryCreate_RightThatWasNotGranted_IsRefused()
    {
        using GroupAdminKey group = GroupAdminKey.FromSeed(new byte[32]);
        using SessionIdentity member = SessionIdentity.FromSeed(new byte[16]);
        byte[] value = group.CreateSigningValue(member.AccountId, ReadWrite);
        Assert.False(SubaccountSigner.TryCreate(group.GroupId, member, value, SubaccountRights.Delete, out _));
    }

    [Fact]
    public void Sign_AfterDispose_Throws()
    {
        using GroupAdminKey group = GroupAdminKey.FromSeed(new byte[32]);
        using SessionIdentity member = SessionIdentity.FromSeed(new byte[16]);
        Assert.True(SubaccountSigner.TryCreate(group.GroupId, member, group.CreateSigningValue(member.AccountId, ReadWrite), ReadWrite, out SubaccountSigner? signer));
        signer.Dispose();
        Assert.Throws<ObjectDisposedException>(() => signer.Sign([], new byte[64]));
    }

    [Fact]
    public void CreateToken_IdWithoutAKey_Throws()
    {
        using GroupAdminKey group = GroupAdminKey.FromSeed(new byte[32]);
        Assert.Throws<ArgumentException>(() => group.CreateToken(AccountId.Parse("05" + new string('0', 64)), ReadWrite));
        Assert.Throws<ArgumentException>(() => group.CreateToken(group.GroupId, ReadWrite));
    }
}
