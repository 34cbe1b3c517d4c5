namespace Session.Protocol.LocalNetwork.Tests;

public class SwarmMapTests
{
    private static readonly ulong[] Ids = [100, 200, 300, 399, 498, 596, 694];

    // protocol/20 §5.1
    [Theory]
    [InlineData(0x0, 100)]
    [InlineData(0x96, 100)]
    [InlineData(0x97, 200)]
    [InlineData(0xfa, 200)]
    [InlineData(0xfb, 300)]
    [InlineData(0x15d, 300)]
    [InlineData(0x15e, 399)]
    [InlineData(0x1c0, 399)]
    [InlineData(0x1c1, 498)]
    [InlineData(0x223, 498)]
    [InlineData(0x224, 596)]
    [InlineData(0x285, 596)]
    [InlineData(0x286, 694)]
    [InlineData(0x8000000000000000, 694)]
    [InlineData(0x800000000000018d, 694)]
    [InlineData(0x800000000000018e, 100)]
    [InlineData(0xa000000000000000, 100)]
    [InlineData(0xffffffffffffffff, 100)]
    public void Choose_PublishedPlaces_GivesTheNearestSwarm(ulong place, ulong expected) => Assert.Equal(expected, SwarmMap.Choose(At(place), Ids));

    [Theory]
    [InlineData(0x28, ulong.MaxValue - 19)]
    [InlineData(0x29, 100)]
    public void Choose_AcrossTheEndOfTheRing_WrapsRound(ulong place, ulong expected) =>
        Assert.Equal(expected, SwarmMap.Choose(At(place), [.. Ids, ulong.MaxValue - 19]));

    [Fact]
    public void Choose_WholeKey_XorsItsFourWords()
    {
        byte[] account = Convert.FromHexString("057730ca242a380d5603dfdfa2efb3357aa67001eaa95209db0cc144c20970747c");

        Assert.Equal(0xc000000000000000, SwarmMap.Choose(account, [0, 0x2000000000000000, 0x4000000000000000, 0x8000000000000000, 0xc000000000000000]));
        Assert.Equal(7UL, SwarmMap.Choose(account, [7]));
        Assert.Null(SwarmMap.Choose(account, []));
    }

    private static byte[] At(ulong place) => Convert.FromHexString($"05{new string('0', 48)}{place:x16}");
}
