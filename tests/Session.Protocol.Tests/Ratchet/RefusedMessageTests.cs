using CsCheck;
using Session.Protocol.Ratchet;

namespace Session.Protocol.Tests.Ratchet;

/// <summary>The promise: a message that is replayed, truncated, altered or foreign changes nothing, not one bit.</summary>
public class RefusedMessageTests
{
    private static readonly byte[] Versions = [0x33, 0x34, 0x44, 0x45, 0x24, 0x54];

    [Theory]
    [MemberData(nameof(RatchetPair.Suites), MemberType = typeof(RatchetPair))]
    public void Decrypt_AnyBitFlippedOrCut_ChangesNothing(RatchetSuite suite)
    {
        using RatchetPair pair = RatchetPair.Established(suite);
        pair.AliceToBob("x");
        pair.BobToAlice("y");
        RatchetMessage good = RatchetPair.Send(pair.Alice, "good");
        byte[] before = pair.Bob.Serialize();

        for (int bit = 0; bit < good.Bytes.Length * 8; bit++)
        {
            byte[] altered = good.Bytes.ToArray();
            altered[bit / 8] ^= (byte)(1 << (bit % 8));
            AssertRefused(pair, good with { Bytes = altered }, before);
        }

        for (int size = 0; size < good.Bytes.Length; size++)
        {
            AssertRefused(pair, good with { Bytes = good.Bytes[..size] }, before);
        }

        AssertRefused(pair, good with { Type = RatchetMessageType.PreKey }, before);
        AssertRefused(pair, good with { Type = RatchetMessageType.None }, before);
        Assert.Equal("good", pair.Open(pair.Bob, good));
    }

    [Theory]
    [MemberData(nameof(RatchetPair.Suites), MemberType = typeof(RatchetPair))]
    public void Decrypt_FirstMessageAlteredOrCut_StartsNoSession(RatchetSuite suite)
    {
        using var pair = new RatchetPair(suite);
        pair.Start();
        RatchetMessage good = RatchetPair.Send(pair.Alice, "good");
        byte[] before = pair.Bob.Serialize();
        int accepted = 0, step = Math.Max(1, good.Bytes.Length / 100);
        for (int at = 0; at < good.Bytes.Length; at += step)
        {
            byte[] altered = good.Bytes.ToArray();
            altered[at] ^= 0x01;
            using var fresh = new RatchetSession(pair.BobParty, pair.AliceParty.Address);
            bool taken = pair.Receive(fresh, good with { Bytes = altered }).Status == RatchetStatus.Ok;
            Assert.Equal(taken, !before.AsSpan().SequenceEqual(fresh.Serialize()));
            accepted += taken ? 1 : 0;
            AssertRefused(pair, good with { Bytes = good.Bytes[..at] }, before);
        }

        // Nothing authenticates the newest version that the writer knows and its registration id (protocol/30 §5).
        Assert.InRange(accepted, 1, 3);
        Assert.Equal("good", pair.Open(pair.Bob, good));
    }

    [Fact]
    public void Decrypt_RandomBytes_NeverThrowsAndChangesNothing()
    {
        using RatchetPair pair = RatchetPair.Established(RatchetSuite.PqxdhWithPqChain);
        byte[] before = pair.Bob.Serialize();
        Gen.Select(Gen.Byte.Array[0, 200], Gen.Bool, Gen.Int[0, 5]).Sample(
            (bytes, first, version) =>
            {
                if (bytes.Length > 0)
                {
                    bytes[0] = Versions[version];
                }

                RatchetMessage message = new(first ? RatchetMessageType.PreKey : RatchetMessageType.Message, bytes);
                return pair.Receive(pair.Bob, message).Status != RatchetStatus.Ok;
            },
            iter: 5_000,
            threads: 1);
        Assert.Equal(before, pair.Bob.Serialize());
    }

    [Fact]
    public void Decrypt_ReplayAndForeignMessage_AreTold()
    {
        using RatchetPair pair = RatchetPair.Established(RatchetSuite.X3dh);
        using RatchetPair stranger = RatchetPair.Established(RatchetSuite.X3dh, seed: 2);
        RatchetMessage message = RatchetPair.Send(pair.Alice, "once");
        Assert.Equal("once", pair.Open(pair.Bob, message));
        byte[] before = pair.Bob.Serialize();

        Assert.Equal(RatchetStatus.Duplicate, pair.Receive(pair.Bob, message).Status);
        Assert.Equal(RatchetStatus.Invalid, pair.Receive(pair.Bob, RatchetPair.Send(stranger.Alice, "foreign")).Status);
        Assert.Equal(RatchetStatus.Invalid, pair.Receive(pair.Bob, RatchetPair.Send(pair.Bob, "reflected")).Status);
        using RatchetSession empty = new(pair.BobParty, pair.AliceParty.Address);
        Assert.Equal(RatchetStatus.NoSession, pair.Receive(empty, message).Status);
        Assert.Equal(before.Length, pair.Bob.Serialize().Length);
    }

    [Fact]
    public void Decrypt_CiphertextOfAnotherVersion_IsTold()
    {
        using RatchetPair pair = RatchetPair.Established(RatchetSuite.X3dh);
        byte[] bytes = RatchetPair.Send(pair.Alice, "text").Bytes.ToArray();
        foreach (byte version in new byte[] { 0x24, 0x54, 0xf4 })
        {
            bytes[0] = version;
            Assert.Equal(RatchetStatus.Version, pair.Receive(pair.Bob, new(RatchetMessageType.Message, bytes)).Status);
        }

        Assert.Equal(RatchetStatus.Malformed, pair.Receive(pair.Bob, new(RatchetMessageType.Message, new byte[RatchetLimits.MaxMessageSize + 1])).Status);
    }

    [Theory]
    [MemberData(nameof(RatchetPair.Suites), MemberType = typeof(RatchetPair))]
    public void Decrypt_RandomnessFails_ChangesNothing(RatchetSuite suite)
    {
        using RatchetPair pair = RatchetPair.Established(suite);
        RatchetMessage message = RatchetPair.Send(pair.Alice, "new ratchet key");
        byte[] before = pair.Bob.Serialize();

        Assert.ThrowsAny<Exception>(() => pair.Bob.Decrypt(message, null, new QueuedRandomSource()));

        Assert.Equal(before, pair.Bob.Serialize());
        Assert.Equal("new ratchet key", pair.Open(pair.Bob, message));
    }

    private static void AssertRefused(RatchetPair pair, RatchetMessage message, byte[] before)
    {
        Assert.NotEqual(RatchetStatus.Ok, pair.Receive(pair.Bob, message).Status);
        Assert.Equal(before, pair.Bob.Serialize());
    }
}
