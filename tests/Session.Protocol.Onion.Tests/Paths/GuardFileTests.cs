using CsCheck;
using Session.Protocol.Onion.Paths;

namespace Session.Protocol.Onion.Tests.Paths;

public class GuardFileTests
{
    private static readonly KeptGuard[] Guards =
        [.. TestNode.ManyNodes(3).Select((node, i) => new KeptGuard(node.IdentityKey, DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000 + i)))];

    [Fact]
    public void Read_WhatWasWritten_IsTheSame()
    {
        Assert.Equal(Guards, GuardFile.Read(GuardFile.Write(Guards)));
        Assert.Empty(GuardFile.Read(GuardFile.Write([])));
    }

    [Fact]
    public void Read_CutOrForeignOrTooLong_IsNothing()
    {
        byte[] good = GuardFile.Write(Guards);

        Assert.Empty(GuardFile.Read([]));
        Assert.Empty(GuardFile.Read(good.AsSpan(0, good.Length - 1)));
        Assert.Empty(GuardFile.Read([2, .. good[1..]]));
        Assert.Empty(GuardFile.Read(GuardFile.Write([.. Enumerable.Repeat(Guards[0], GuardList.MaxGuards + 1)])));
    }

    [Fact]
    public void Read_TimeOutOfRange_GuardIsLeftOut()
    {
        byte[] bytes = GuardFile.Write(Guards);
        bytes.AsSpan(1 + 32, 8).Fill(0x7f);

        Assert.Equal(Guards[1..], GuardFile.Read(bytes));
    }

    [Fact]
    public void Read_AnyBytes_NeverThrows() =>
        Gen.Byte.Array[0, 400].Sample(bytes => Assert.InRange(GuardFile.Read([1, .. bytes]).Count, 0, GuardList.MaxGuards));
}
