using System.Buffers.Binary;
using Session.Protocol.SenderKeys;

namespace Session.Protocol.Tests.SenderKeys;

/// <summary>Stored sessions: what was written reads back, and nothing else does.</summary>
public class SenderKeyRecordTests
{
    private const int CountAt = SenderKeyGroup.HeaderSize - 1;
    private const int ReaderStateSize = 75;

    [Fact]
    public void Serialize_WithSkippedKeysAndSeveralChains_ReadsBack()
    {
        using var group = new SenderKeyGroup();
        byte[] late = group.Send("late");
        Assert.Equal("early", group.Open(group.Send("early")));
        group.Author.Rotate(group.Random);
        Assert.Equal(SenderKeyStatus.Ok, group.Reader.Process(group.Author.CreateDistribution()));

        using SenderKeySession again = SenderKeyGroup.Clone(group.Reader);

        Assert.Equal(group.Reader.Serialize(), again.Serialize());
        Assert.Equal(2, again.StateCount);
        Assert.Equal("late", SenderKeyGroup.Open(again, late));
        using SenderKeySession empty = SenderKeyGroup.Clone(new SenderKeySession(SenderKeyGroup.Id));
        Assert.Equal(SenderKeyGroup.Id, empty.DistributionId);
    }

    [Fact]
    public void TryDeserialize_CutOrLonger_IsRefused()
    {
        using var group = new SenderKeyGroup();
        _ = group.Send("lost");
        _ = group.Open(group.Send("read"));
        foreach (byte[] record in new[] { group.Author.Serialize(), group.Reader.Serialize() })
        {
            for (int size = 0; size < record.Length; size++)
            {
                AssertRefused(record[..size]);
            }

            AssertRefused([.. record, 0]);
        }
    }

    [Fact]
    public void TryDeserialize_UnknownFormatOrFlag_IsRefused()
    {
        using var group = new SenderKeyGroup();
        AssertRefused(With(group.Author.Serialize(), 0, 2));
        AssertRefused(With(group.Author.Serialize(), SenderKeyGroup.FirstStateAt, 2));
        AssertRefused(With(group.Reader.Serialize(), CountAt, 0));
    }

    [Fact]
    public void TryDeserialize_TwoChainsOfOneId_IsRefused()
    {
        using var group = new SenderKeyGroup();
        byte[] one = group.Reader.Serialize();
        AssertRefused(With([.. one, .. one[SenderKeyGroup.HeaderSize..]], CountAt, 2));
    }

    [Fact]
    public void TryDeserialize_SixChains_IsRefused()
    {
        using var group = new SenderKeyGroup();
        byte[] one = group.Reader.Serialize();
        byte[] many = [.. one.AsSpan(0, SenderKeyGroup.HeaderSize)];
        for (byte i = 0; i < SenderKeyLimits.MaxStates + 1; i++)
        {
            byte[] state = With(one, SenderKeyGroup.ChainIdAt, i)[SenderKeyGroup.HeaderSize..];
            many = With([.. many, .. state], CountAt, (byte)(i + 1));
            Assert.Equal(i < SenderKeyLimits.MaxStates, SenderKeySession.TryDeserialize(many, out SenderKeySession? session));
            session?.Dispose();
        }
    }

    [Fact]
    public void TryDeserialize_OwnChainBesideAnother_IsRefused()
    {
        using var group = new SenderKeyGroup();
        using var other = new SenderKeyGroup(seed: 2);
        byte[] own = group.Author.Serialize(), foreign = other.Reader.Serialize();
        AssertRefused(With([.. own, .. foreign[SenderKeyGroup.HeaderSize..]], CountAt, 2));
        AssertRefused(With([.. foreign, .. own[SenderKeyGroup.HeaderSize..]], CountAt, 2));
    }

    [Fact]
    public void TryDeserialize_SkippedKeyNotBehindTheChain_IsRefused()
    {
        using var group = new SenderKeyGroup();
        _ = group.Send("lost");
        _ = group.Open(group.Send("read"));
        byte[] record = group.Reader.Serialize();
        int counterAt = SenderKeyGroup.HeaderSize + ReaderStateSize;
        Assert.Equal(2u, group.Reader.Iteration);
        foreach (uint counter in new uint[] { 0, 1, 2, 3, uint.MaxValue })
        {
            BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(counterAt), counter);
            Assert.Equal(counter < 2, SenderKeySession.TryDeserialize(record, out SenderKeySession? session));
            session?.Dispose();
        }
    }

    [Fact]
    public void TryDeserialize_SecretOfAnotherKey_IsRefused()
    {
        using var group = new SenderKeyGroup();
        using var other = new SenderKeyGroup(seed: 2);
        byte[] record = group.Author.Serialize(), foreign = other.Author.Serialize();
        foreach (int at in new[] { SenderKeyGroup.SigningKeyAt, SenderKeyGroup.SecretAt })
        {
            byte[] mixed = [.. record];
            foreign.AsSpan(at, 32).CopyTo(mixed.AsSpan(at));
            AssertRefused(mixed);
        }

        // The bits that clamping sets: X25519 would not see them, a signature would.
        AssertRefused(With(record, SenderKeyGroup.SecretAt, (byte)(record[SenderKeyGroup.SecretAt] | 1)));
        AssertRefused(With(record, SenderKeyGroup.SecretAt + 31, (byte)(record[SenderKeyGroup.SecretAt + 31] | 0x80)));
        AssertRefused(With(record, SenderKeyGroup.SigningKeyAt + 31, (byte)(record[SenderKeyGroup.SigningKeyAt + 31] ^ 0x80)));
    }

    private static void AssertRefused(byte[] record)
    {
        Assert.False(SenderKeySession.TryDeserialize(record, out SenderKeySession? session));
        Assert.Null(session);
    }

    private static byte[] With(byte[] record, int at, byte value)
    {
        byte[] changed = [.. record];
        changed[at] = value;
        return changed;
    }
}
