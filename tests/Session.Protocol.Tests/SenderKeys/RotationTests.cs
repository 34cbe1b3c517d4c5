using Session.Protocol.SenderKeys;

namespace Session.Protocol.Tests.SenderKeys;

/// <summary>The promise of rotation (protocol/31 §4): who left reads nothing new, who stays loses nothing under way.</summary>
public class RotationTests
{
    [Fact]
    public void Rotate_RemovedMembersCopy_FailsOnTheFirstMessage()
    {
        using var group = new SenderKeyGroup();
        Assert.Equal("hello", group.Open(group.Send("hello")));
        using SenderKeySession removed = SenderKeyGroup.Clone(group.Reader);

        group.Author.Rotate(group.Random);
        Assert.Equal(SenderKeyStatus.Ok, group.Reader.Process(group.Author.CreateDistribution()));
        byte[] message = group.Send("without them");

        Assert.Equal("without them", group.Open(message));
        Assert.Equal("[NoSenderKey]", SenderKeyGroup.Open(removed, message));

        // Not even under the right chain id: all keys are new.
        byte[] record = removed.Serialize();
        BitConverter.TryWriteBytes(record.AsSpan(SenderKeyGroup.ChainIdAt), group.Author.ChainId!.Value);
        using SenderKeySession guessing = SenderKeyGroup.Read(record);
        Assert.Equal("[BadSignature]", SenderKeyGroup.Open(guessing, message));
    }

    [Fact]
    public void Rotate_FourTimes_LateMessageOfTheFirstChainOpensAndAfterTheFifthNot()
    {
        using var group = new SenderKeyGroup();
        byte[] late = group.Send("late"), tooLate = group.Send("too late");
        for (int i = 1; i < SenderKeyLimits.MaxStates; i++)
        {
            Rotate(group);
            Assert.Equal($"chain {i}", group.Open(group.Send($"chain {i}")));
        }

        Assert.Equal(SenderKeyLimits.MaxStates, group.Reader.StateCount);
        Assert.Equal("late", group.Open(late));

        Rotate(group);
        Assert.Equal(SenderKeyLimits.MaxStates, group.Reader.StateCount);
        Assert.Equal("[NoSenderKey]", group.Open(tooLate));
        Assert.Equal("current", group.Open(group.Send("current")));
    }

    [Fact]
    public void Rotate_AuthorsRecord_ForgetsTheOldKeys()
    {
        using var group = new SenderKeyGroup();
        byte[] before = group.Author.Serialize();
        ReadOnlySpan<byte> chainKey = group.Author.States[0].ChainKey, secret = group.Author.States[0].SigningSecret;

        group.Author.Rotate(group.Random);

        byte[] after = group.Author.Serialize();
        Assert.Equal(before.Length, after.Length);
        Assert.Equal(-1, after.AsSpan().IndexOf(before.AsSpan(SenderKeyGroup.ChainKeyAt, 32)));
        Assert.Equal(-1, after.AsSpan().IndexOf(before.AsSpan(SenderKeyGroup.SigningKeyAt, 32)));
        Assert.Equal(-1, after.AsSpan().IndexOf(before.AsSpan(SenderKeyGroup.SecretAt, 32)));
        Assert.False(chainKey.ContainsAnyExcept((byte)0) || secret.ContainsAnyExcept((byte)0));
    }

    [Fact]
    public void Rotate_WithoutAChain_MakesTheFirst()
    {
        using var author = new SenderKeySession(SenderKeyGroup.Id);

        author.Rotate();

        Assert.True(author.IsOwn);
        using SenderKeySession reader = SenderKeyGroup.NewReader(author.CreateDistribution());
        Assert.Equal(SenderKeyStatus.Ok, author.Encrypt("x"u8, out byte[] message));
        Assert.Equal("x", SenderKeyGroup.Open(reader, message));
    }

    private static void Rotate(SenderKeyGroup group)
    {
        group.Author.Rotate(group.Random);
        Assert.Equal(SenderKeyStatus.Ok, group.Reader.Process(group.Author.CreateDistribution()));
    }
}
