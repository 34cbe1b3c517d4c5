using System.Security.Cryptography;
using CsCheck;
using Session.Protocol.Onion.Nodes;

namespace Session.Protocol.Onion.Tests.Nodes;

public class NodeSnapshotTests
{
    private static readonly DateTimeOffset Time = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_123);

    [Fact]
    public void TryRead_WhatWasWritten_IsTheSame()
    {
        ServiceNode[] nodes = [new TestNode(0, swarm: 1UL << 63).Node, new TestNode(1).Node];

        Assert.True(NodeSnapshot.TryRead(new NodeSnapshot(nodes, Time).ToBytes(), out NodeSnapshot? read));

        Assert.Equal(Time, read.TakenAt);
        Assert.Equal(nodes.Select(Describe), read.Nodes.Select(Describe));
    }

    [Fact]
    public void TryRead_AnyByteChangedOrCut_IsRefused()
    {
        byte[] good = new NodeSnapshot(TestNode.ManyNodes(3), Time).ToBytes();
        for (int i = 0; i < good.Length; i++)
        {
            byte[] bad = [.. good];
            bad[i] ^= 1;
            Assert.False(NodeSnapshot.TryRead(bad, out _));
            Assert.False(NodeSnapshot.TryRead(good.AsSpan(0, i), out _));
        }
    }

    [Fact]
    public void TryRead_EntriesThatCannotBeUsed_AreLeftOut()
    {
        ServiceNode[] nodes = TestNode.ManyNodes(2);

        Assert.True(NodeSnapshot.TryRead(new NodeSnapshot([nodes[0], nodes[0], nodes[1]], Time).ToBytes(), out NodeSnapshot? read));

        Assert.Equal(nodes, read.Nodes);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(253_402_300_799_999)]
    public void TryRead_TimeThatIsNone_IsRefused(long milliseconds) =>
        Assert.False(NodeSnapshot.TryRead(new NodeSnapshot(TestNode.ManyNodes(1), DateTimeOffset.FromUnixTimeMilliseconds(milliseconds)).ToBytes(), out _));

    [Fact]
    public void TryRead_AnyRecordsUnderAGoodHash_NeverThrows() =>
        Gen.Byte.Array[0, 400].Sample(bytes =>
        {
            byte[] file = new NodeSnapshot(TestNode.ManyNodes(4), Time).ToBytes();
            bytes.AsSpan(0, Math.Min(bytes.Length, 4 * 78)).CopyTo(file.AsSpan(16));
            SHA256.HashData(file.AsSpan(..^32), file.AsSpan(^32..));
            _ = NodeSnapshot.TryRead(file, out NodeSnapshot? read);
            Assert.InRange(read?.Nodes.Count ?? 0, 0, 4);
        });

    [Fact]
    public void Constructor_NoOrTooManyNodes_Throws()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new NodeSnapshot([], Time));
        Assert.Throws<ArgumentOutOfRangeException>(() => new NodeSnapshot(Enumerable.Repeat(new TestNode(1).Node, NodeSnapshot.MaxNodes + 1), Time));
    }

    private static string Describe(ServiceNode node) => $"{node.IdentityKey} {node.EncryptionKey} {node} {node.SwarmId}";
}
