using Session.Protocol.Ratchet;

namespace Session.Protocol.Tests.Ratchet;

/// <summary>The promise: whoever once held the whole state of one side reads no further after one round trip.</summary>
public class SelfHealingTests
{
    [Theory]
    [MemberData(nameof(RatchetPair.Suites), MemberType = typeof(RatchetPair))]
    public void Clone_AfterOneRoundTrip_ReadsNothingMore(RatchetSuite suite)
    {
        using RatchetPair pair = RatchetPair.Established(suite);
        pair.AliceToBob("before");
        using RatchetSession stolen = pair.Clone(pair.Alice);

        // Bob does not know yet: his answer goes to the key that was stolen.
        RatchetMessage leaked = RatchetPair.Send(pair.Bob, "leaked");
        Assert.Equal("leaked", pair.Open(stolen, leaked));
        Assert.Equal("leaked", pair.Open(pair.Alice, leaked));

        // Alice answers with a key of hers that the thief has not seen.
        pair.AliceToBob("fresh key");
        for (int i = 0; i < 5; i++)
        {
            RatchetMessage healed = RatchetPair.Send(pair.Bob, $"healed {i}");
            Assert.Equal(RatchetStatus.Invalid, pair.Receive(stolen, healed).Status);
            Assert.Equal($"healed {i}", pair.Open(pair.Alice, healed));
            pair.AliceToBob($"and on {i}");
        }
    }

    [Theory]
    [MemberData(nameof(RatchetPair.Suites), MemberType = typeof(RatchetPair))]
    public void CloneOfTheReceiver_AfterHisNextKey_ReadsNothingMore(RatchetSuite suite)
    {
        using RatchetPair pair = RatchetPair.Established(suite);
        using RatchetSession stolen = pair.Clone(pair.Bob);

        RatchetMessage leaked = RatchetPair.Send(pair.Alice, "leaked");
        Assert.Equal("leaked", pair.Open(stolen, leaked));
        Assert.Equal("leaked", pair.Open(pair.Bob, leaked));
        pair.BobToAlice("fresh key");

        RatchetMessage healed = RatchetPair.Send(pair.Alice, "healed");
        Assert.Equal(RatchetStatus.Invalid, pair.Receive(stolen, healed).Status);
        Assert.Equal("healed", pair.Open(pair.Bob, healed));
    }
}
