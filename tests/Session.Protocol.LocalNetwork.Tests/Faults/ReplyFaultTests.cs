using Session.Protocol.LocalNetwork.Faults;
using Session.Protocol.Onion;
using Session.Protocol.Onion.Requests;
using Session.Protocol.Onion.Storage.Results;

namespace Session.Protocol.LocalNetwork.Tests.Faults;

/// <summary>Faults 13 to 15: what comes back.</summary>
public class ReplyFaultTests(FaultNetwork network) : FaultTest(network)
{
    public static TheoryData<ReplyDamage, NodeRole> Damages => new MatrixTheoryData<ReplyDamage, NodeRole>(
        Enum.GetValues<ReplyDamage>(), [NodeRole.Guard, NodeRole.Middle, NodeRole.Destination]);

    [Theory]
    [MemberData(nameof(Damages))]
    public async Task Fault13_CorruptedReply_IsAnInvalidResponseAndAStoreIsRepeated(ReplyDamage damage, NodeRole role)
    {
        await PathsAsync();
        ActiveFault first = Add(Fault.CorruptedReply(damage).At(role));
        await FailsAsync(OnionFault.InvalidResponse, () => InfoAsync(Network.Nodes[0]).AsTask());
        first.Remove();

        ActiveFault second = Add(Fault.CorruptedReply(damage).At(role).Times(1));
        StoreResult result = await StoreAsync();

        Assert.Equal(1, second.Fired);
        Assert.True(result.Swarm.Confirmations > 0);
    }

    [Fact]
    public async Task Fault14_SealedWithAnotherKey_IsAnInvalidResponseAndAStoreIsRepeated()
    {
        await PathsAsync();
        ActiveFault first = Add(Fault.SealedWithAnotherKey);
        await FailsAsync(OnionFault.InvalidResponse, () => InfoAsync(Network.Nodes[0]).AsTask());
        first.Remove();

        ActiveFault second = Add(Fault.SealedWithAnotherKey.Times(1));
        Assert.True((await StoreAsync()).Swarm.Confirmations > 0);
        Assert.Equal(1, second.Fired);
    }

    [Fact]
    public async Task Fault14_AnsweredInAesGcm_IsReadLikeOfficialClientsDo()
    {
        ActiveFault other = Add(Fault.SealedWithAnotherCipher);

        Assert.Equal(200, (await InfoAsync(Network.Nodes[0])).Status);
        Assert.Equal(1, other.Fired);
    }

    [Fact]
    public async Task Fault14_AskedInAesGcmAndAnsweredInAnother_IsAnInvalidResponse()
    {
        await using OnionClient client = Connect(Network.ClientOptions with { Cipher = OnionCipher.AesGcm });
        Add(Fault.SealedWithAnotherCipher);

        await FailsAsync(OnionFault.InvalidResponse, () => InfoAsync(Network.Nodes[0], client).AsTask());
    }

    [Theory]
    [InlineData(ReplyForm.StatusCode)]
    [InlineData(ReplyForm.BodyAsObject)]
    public async Task Fault15_AlternateForm_IsRead(ReplyForm form)
    {
        ActiveFault unusual = Add(Fault.UnusualReply(form));

        Assert.Equal(Members.Count, (await StoreAsync()).Swarm.Confirmations);
        Assert.True(unusual.Fired > 0);
    }

    [Theory]
    [InlineData(ReplyForm.BadJson)]
    [InlineData(ReplyForm.NoStatus)]
    public async Task Fault15_UnreadableForm_IsAnInvalidResponseAndAStoreIsRepeated(ReplyForm form)
    {
        await PathsAsync();
        ActiveFault first = Add(Fault.UnusualReply(form));
        await FailsAsync(OnionFault.InvalidResponse, () => InfoAsync(Network.Nodes[0]).AsTask());
        first.Remove();

        ActiveFault second = Add(Fault.UnusualReply(form).Times(1));
        Assert.True((await StoreAsync()).Swarm.Confirmations > 0);
        Assert.Equal(1, second.Fired);
    }
}
