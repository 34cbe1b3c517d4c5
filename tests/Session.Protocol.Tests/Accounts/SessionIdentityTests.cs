using Session.Protocol.Accounts;

namespace Session.Protocol.Tests.Accounts;

public class SessionIdentityTests
{
    [Theory]
    [InlineData("e37315dd45b0b0454dbb04dce662772a", "0555b969220fbdfa09b6a36e6a57d4bc04ff0047461f0b4710fcb4f0ec43a2884a")]
    [InlineData("303132333435363738393a3b3c3d3e3f", "050169191f1ea2e39f926a204fc416971b931b4a50bed83a3b9c57f36144530857")]
    public void FromSeed_KnownSeeds_GiveTheirPublishedAccountId(string seed, string id)
    {
        using SessionIdentity identity = SessionIdentity.FromSeed(Convert.FromHexString(seed));

        Assert.Equal(id, identity.AccountId.ToString());
        Assert.Equal(AccountId.Parse(id), identity.AccountId);
    }

    [Fact]
    public void ExportSeed_CreatedWithOnce_WorksOnceOnly()
    {
        using SessionIdentity identity = SessionIdentity.Create(SecretExport.Once);
        byte[] seed = new byte[SessionIdentity.SeedSize];

        identity.ExportSeed(seed);

        using SessionIdentity again = SessionIdentity.FromSeed(seed);
        Assert.Equal(identity.AccountId, again.AccountId);
        Assert.Throws<InvalidOperationException>(() => identity.ExportSeed(seed));
    }

    [Fact]
    public void Dispose_SecretsAreGone_PublicValuesStay()
    {
        SessionIdentity identity = SessionIdentity.Create();
        AccountId id = identity.AccountId;

        identity.Dispose();

        Assert.Equal(id, identity.AccountId);
        Assert.Throws<ObjectDisposedException>(() => identity.Sign([1], new byte[64]));
        Assert.Throws<ObjectDisposedException>(() => identity.ExportSeed(new byte[32]));
    }
}
