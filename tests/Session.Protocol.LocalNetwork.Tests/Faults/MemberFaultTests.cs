using Session.Protocol.LocalNetwork.Faults;
using Session.Protocol.Onion;
using Session.Protocol.Onion.Storage.Results;

namespace Session.Protocol.LocalNetwork.Tests.Faults;

/// <summary>Faults 25 to 27: what the members of a swarm say they did.</summary>
public class MemberFaultTests(FaultNetwork network) : FaultTest(network)
{
    [Fact]
    public async Task Fault25_OneBadSignature_DoesNotCount()
    {
        LocalNode liar = Members[0];
        Add(Fault.BadMemberSignature.At(liar));

        StoreResult result = await StoreAsync();

        Assert.Equal(Members.Count - 1, result.Swarm.Confirmations);
        Assert.Equal(MemberOutcome.Unverified, result.Swarm.Members.Single(member => member.Node == liar.IdentityKey).Outcome);
    }

    [Fact]
    public async Task Fault25_AllSignaturesBad_IsAFailure()
    {
        Add(Fault.BadMemberSignature);

        OnionException e = await FailsAsync(OnionFault.InvalidResponse, () => StoreAsync().AsTask());

        Assert.True(e.IsTransient);
    }

    [Theory]
    [InlineData(MemberFailure.Refused)]
    [InlineData(MemberFailure.BadPeerResponse)]
    [InlineData(MemberFailure.QueryFailure)]
    public async Task Fault26_AllMembersButOneFail_IsASuccess(MemberFailure failure)
    {
        foreach (LocalNode member in Members.Skip(1))
        {
            Add(Fault.MemberFails(failure).At(member));
        }

        StoreResult result = await StoreAsync();

        Assert.Equal(1, result.Swarm.Confirmations);
        Assert.Equal(Members.Count - 1, result.Swarm.Members.Count(member => member.Outcome == MemberOutcome.Failed));
    }

    [Fact]
    public async Task Fault26_OneMemberTimesOut_IsASuccessWithoutIt()
    {
        await PathsAsync();
        LocalNode silent = Members[0];
        Add(Fault.MemberFails(MemberFailure.TimedOut).At(silent));

        StoreResult result = await PassingAsync(TimeSpan.FromSeconds(5), () => StoreAsync().AsTask());

        Assert.Equal(Members.Count - 1, result.Swarm.Confirmations);
        Assert.Equal(MemberOutcome.TimedOut, result.Swarm.Members.Single(member => member.Node == silent.IdentityKey).Outcome);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(500)]
    public async Task Fault27_AllMembersFail_AnotherNodeIsAskedAndThenItIsAFailure(int status)
    {
        ActiveFault once = Add(Fault.AllMembersFail(status).Times(1));
        Assert.Equal(Members.Count, (await StoreAsync()).Swarm.Confirmations);
        Assert.Equal(1, once.Fired);
        once.Remove();

        ActiveFault always = Add(Fault.AllMembersFail(status));
        OnionException e = await Assert.ThrowsAnyAsync<OnionException>(() => StoreAsync(2).AsTask());

        Assert.True(e.IsTransient);
        Assert.InRange(always.Fired, 2, 6);
    }
}
