using Session.Protocol.LocalNetwork.Faults;
using Session.Protocol.Onion;
using Session.Protocol.Onion.Nodes;

namespace Session.Protocol.LocalNetwork.Tests.Faults;

/// <summary>Faults 10 and 11: clocks. Fault 12 is with the servers.</summary>
public class ClockFaultTests(FaultNetwork network) : FaultTest(network)
{
    [Theory]
    [InlineData(2)]
    [InlineData(-2)]
    public async Task Fault10_ClientClockOff_IsSetRightAndTheCallRepeatedOnce(int minutes)
    {
        await StoreAsync();
        Add(Fault.ClientClockOff(TimeSpan.FromMinutes(minutes)));
        long before = Network.RequestCount("retrieve");

        Assert.Single((await RetrieveAsync()).Namespaces[0].Messages);

        Assert.Equal(2, Network.RequestCount("retrieve") - before);
        Assert.Equal(TimeSpan.FromMinutes(-minutes), Client.Clock.Offset);
    }

    [Fact]
    public async Task Fault11_OneNodesClockOff_TheMedianStaysAndTheNodeIsNotAskedAgain()
    {
        await StoreAsync();
        LocalNode wrong = Members[0];
        ActiveFault off = Add(Fault.NodeClockOff(TimeSpan.FromHours(1)).At(wrong));

        // Chance chooses the member: one of seven is missed by twenty requests every twentieth time.
        for (int i = 0; i < 20 || (off.Fired == 0 && i < 100); i++)
        {
            Assert.Single((await RetrieveAsync()).Namespaces[0].Messages);
            Clock.Advance(TimeSpan.FromSeconds(31));
        }

        Assert.True(off.Fired > 0);
        Assert.Equal(TimeSpan.Zero, Client.Clock.Offset);
        IReadOnlyList<ServiceNode> known = await Swarms.GetMembersAsync(Account.AccountId);
        Assert.DoesNotContain(known, member => member.IdentityKey == wrong.IdentityKey);
    }
}
