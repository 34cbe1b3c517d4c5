using System.Buffers;
using Session.Protocol.Encodings;
using Session.Protocol.Ratchet.Sessions;
using Session.Protocol.SenderKeys;

namespace Session.Protocol.Tests.SenderKeys;

/// <summary>What author and readers of a group can rely on: each message opens once, in any order, within the bounds.</summary>
public class SenderKeySessionTests
{
    [Fact]
    public void Conversation_FromDistribution_Opens()
    {
        using var group = new SenderKeyGroup();
        Assert.True(group.Author.IsOwn);
        Assert.False(group.Reader.IsOwn);
        Assert.Equal(group.Author.ChainId, group.Reader.ChainId);

        foreach (string text in new[] { "", "one", new string('x', 5000) })
        {
            Assert.Equal(text, group.Open(group.Send(text)));
        }

        Assert.Equal(3u, group.Author.Iteration);
        Assert.Equal(3u, group.Reader.Iteration);
    }

    [Fact]
    public void Encrypt_SameRandomness_GivesTheSameBytesInBothForms()
    {
        using var group = new SenderKeyGroup();
        using SenderKeySession twin = SenderKeyGroup.Clone(group.Author);
        var writer = new ArrayBufferWriter<byte>();

        Assert.Equal(SenderKeyStatus.Ok, group.Author.Encrypt("text"u8, out byte[] message, new SeededRandomSource(5)));
        Assert.Equal(SenderKeyStatus.Ok, twin.EncryptTo("text"u8, writer, new SeededRandomSource(5)));

        Assert.Equal(message, writer.WrittenSpan.ToArray());
        Assert.Equal(group.Author.Serialize(), twin.Serialize());
    }

    [Fact]
    public void DecryptTo_GoodAndBadMessage_AppendsOnlyTheGoodPlaintext()
    {
        using var group = new SenderKeyGroup();
        byte[] message = group.Send("text");
        var writer = new ArrayBufferWriter<byte>();
        writer.Write("> "u8);

        Assert.Equal(SenderKeyStatus.Malformed, group.Reader.DecryptTo(message.AsSpan(0, 20), writer));
        Assert.Equal(SenderKeyStatus.Ok, group.Reader.DecryptTo(message, writer));
        Assert.Equal(SenderKeyStatus.Duplicate, group.Reader.DecryptTo(message, writer));

        Assert.Equal("> text"u8.ToArray(), writer.WrittenSpan.ToArray());
    }

    [Fact]
    public void Distribution_AndMessage_HaveTheSizesOfTheWire()
    {
        using var group = new SenderKeyGroup();

        Assert.InRange(group.Distribution.Length, 92, 96);
        Assert.InRange(group.Send(new string('x', 1024)).Length, 1130, 1134);
        Assert.Equal(SenderKeyGroup.HeaderSize + 75 + 32, group.Author.Serialize().Length);
        Assert.Equal(SenderKeyGroup.HeaderSize + 75, group.Reader.Serialize().Length);
    }

    [Fact]
    public void CreateDistribution_Later_OpensFromThereOnOnly()
    {
        using var group = new SenderKeyGroup();
        byte[] before = group.Send("before");
        byte[] current = group.Author.CreateDistribution(new QueuedRandomSource());
        using SenderKeySession newcomer = SenderKeyGroup.NewReader(current);

        Assert.Equal("[Duplicate]", SenderKeyGroup.Open(newcomer, before));
        Assert.Equal("after", SenderKeyGroup.Open(newcomer, group.Send("after")));
    }

    [Fact]
    public void Process_Repeated_NeverRewinds()
    {
        using var group = new SenderKeyGroup();
        byte[] first = group.Send("first");
        Assert.Equal("first", group.Open(first));
        byte[] before = group.Reader.Serialize();

        Assert.Equal(SenderKeyStatus.Ok, group.Reader.Process(group.Distribution));
        Assert.Equal(before, group.Reader.Serialize());
        Assert.Equal("[Duplicate]", group.Open(first));

        // Nor does one from further on jump: the messages in between would be lost.
        byte[] between = group.Send("between");
        Assert.Equal(SenderKeyStatus.Ok, group.Reader.Process(group.Author.CreateDistribution()));
        Assert.Equal("between", group.Open(between));
    }

    [Fact]
    public void Process_SameChainIdWithAnotherSigningKey_ReplacesTheChain()
    {
        using var group = new SenderKeyGroup();
        byte[] old = group.Send("old");
        using var other = new SenderKeyGroup(seed: 2);
        byte[] record = other.Author.Serialize();
        group.Author.Serialize().AsSpan(SenderKeyGroup.ChainIdAt, sizeof(uint)).CopyTo(record.AsSpan(SenderKeyGroup.ChainIdAt));
        using SenderKeySession impostor = SenderKeyGroup.Read(record);
        Assert.Equal(group.Author.ChainId, impostor.ChainId);

        Assert.Equal(SenderKeyStatus.Ok, group.Reader.Process(impostor.CreateDistribution()));

        Assert.Equal(1, group.Reader.StateCount);
        Assert.Equal("[BadSignature]", group.Open(old));
        Assert.Equal(SenderKeyStatus.Ok, impostor.Encrypt("new"u8, out byte[] message));
        Assert.Equal("new", group.Open(message));
    }

    [Fact]
    public void Process_KnownOlderChain_MovesItToTheFront()
    {
        using var group = new SenderKeyGroup();
        uint? first = group.Author.ChainId;
        group.Author.Rotate(group.Random);
        Assert.Equal(SenderKeyStatus.Ok, group.Reader.Process(group.Author.CreateDistribution()));
        Assert.Equal(group.Author.ChainId, group.Reader.ChainId);

        Assert.Equal(SenderKeyStatus.Ok, group.Reader.Process(group.Distribution));

        Assert.Equal(first, group.Reader.ChainId);
        Assert.Equal(2, group.Reader.StateCount);
    }

    [Fact]
    public void Process_InTheAuthorsOwnSession_KeepsTheOwnChain()
    {
        using var group = new SenderKeyGroup();
        using var other = new SenderKeyGroup(seed: 2);
        byte[] before = group.Author.Serialize();

        Assert.Equal(SenderKeyStatus.OwnChain, group.Author.Process(other.Distribution));
        Assert.Equal(SenderKeyStatus.Ok, group.Author.Process(group.Distribution));

        Assert.Equal(before, group.Author.Serialize());
        Assert.Equal("still the author", group.Open(group.Send("still the author")));
    }

    [Fact]
    public void Decrypt_JumpOf25000_OpensAndOneMoreDoesNot()
    {
        using var group = new SenderKeyGroup();
        group.Skip(SenderKeyLimits.MaxForwardJump);
        byte[] last = group.Send("the last that is near enough"), next = group.Send("one too far");
        byte[] before = group.Reader.Serialize();

        Assert.Equal("[TooFarAhead]", group.Open(next));
        Assert.Equal(before, group.Reader.Serialize());
        Assert.Equal("the last that is near enough", group.Open(last));
        Assert.Equal("one too far", group.Open(next));
    }

    [Fact]
    public void Decrypt_MoreThan2000Skipped_DropsTheOldest()
    {
        using var group = new SenderKeyGroup();
        byte[][] early = [.. Enumerable.Range(0, 3).Select(i => group.Send($"{i}"))];
        group.Skip(SenderKeyLimits.MaxSkippedKeys - 2);

        // 2,001 messages are missing before this one.
        Assert.Equal("behind", group.Open(group.Send("behind")));

        Assert.Equal(SenderKeyLimits.MaxSkippedKeys, group.Reader.States[0].SkippedCount);
        Assert.Equal("[Duplicate]", group.Open(early[0]));
        Assert.Equal("1", group.Open(early[1]));

        // Two more missing: of the now 2,001 the next oldest goes.
        group.Skip(2);
        Assert.Equal("further", group.Open(group.Send("further")));
        Assert.Equal(SenderKeyLimits.MaxSkippedKeys, group.Reader.States[0].SkippedCount);
        Assert.Equal("[Duplicate]", group.Open(early[2]));
    }

    [Fact]
    public void Encrypt_AtTheEndOfTheNumbers_MustRotate()
    {
        using var group = new SenderKeyGroup();
        group.Renumber(uint.MaxValue - 1);
        using SenderKeySession reader = SenderKeyGroup.NewReader(group.Author.CreateDistribution());
        Assert.Equal("last", SenderKeyGroup.Open(reader, group.Send("last")));
        byte[] before = group.Author.Serialize();
        var writer = new ArrayBufferWriter<byte>();

        Assert.Equal(SenderKeyStatus.Invalid, group.Author.Encrypt("none"u8, out byte[] message));
        Assert.Equal(SenderKeyStatus.Invalid, group.Author.EncryptTo("none"u8, writer));

        Assert.Empty(message);
        Assert.Equal(0, writer.WrittenCount);
        Assert.Equal(before, group.Author.Serialize());
        group.Author.Rotate(group.Random);
        Assert.Equal(0u, group.Author.Iteration);
        _ = group.Send("again");
    }

    [Fact]
    public void Decrypt_ByANumberThatTheChainCannotCountOnFrom_IsInvalid()
    {
        using var group = new SenderKeyGroup();
        group.Renumber(uint.MaxValue - 1);
        using SenderKeySession reader = SenderKeyGroup.NewReader(group.Author.CreateDistribution());
        byte[] message = Renumbered(group, uint.MaxValue);
        byte[] before = reader.Serialize();

        Assert.Equal("[Invalid]", SenderKeyGroup.Open(reader, message));

        Assert.Equal(before, reader.Serialize());
    }

    [Fact]
    public void Encrypt_WithoutAnOwnChain_GivesNoSenderKey()
    {
        using var empty = new SenderKeySession(SenderKeyGroup.Id);
        using var group = new SenderKeyGroup();

        Assert.Equal(SenderKeyStatus.NoSenderKey, empty.Encrypt("x"u8, out _));
        Assert.Equal(SenderKeyStatus.NoSenderKey, group.Reader.Encrypt("x"u8, out byte[] message));
        Assert.Empty(message);
        Assert.Throws<InvalidOperationException>(() => group.Reader.CreateDistribution());
        Assert.Throws<InvalidOperationException>(() => group.Reader.Rotate());
        Assert.Equal("reads on", group.Open(group.Send("reads on")));
    }

    [Fact]
    public void Encrypt_TooLong_Throws()
    {
        using var group = new SenderKeyGroup();
        byte[] before = group.Author.Serialize();

        Assert.Throws<ArgumentException>(() => group.Author.Encrypt(new byte[SenderKeyLimits.MaxPlaintextSize + 1], out _));

        Assert.Equal(before, group.Author.Serialize());
        Assert.Equal(SenderKeyStatus.Ok, group.Author.Encrypt(new byte[SenderKeyLimits.MaxPlaintextSize], out byte[] largest));
        Assert.Equal(SenderKeyStatus.Ok, group.Reader.Decrypt(largest).Status);
    }

    [Fact]
    public void RandomnessFails_ChangesNothing()
    {
        using var group = new SenderKeyGroup();
        byte[] before = group.Author.Serialize();

        Assert.ThrowsAny<Exception>(() => group.Author.Encrypt("x"u8, out _, new QueuedRandomSource()));
        Assert.ThrowsAny<Exception>(() => group.Author.Rotate(new QueuedRandomSource()));

        Assert.Equal(before, group.Author.Serialize());
        Assert.Equal("x", group.Open(group.Send("x")));
    }

    [Fact]
    public void TryReadDistributionId_OfAMessage_IsItsGroup()
    {
        using var group = new SenderKeyGroup();

        Assert.True(SenderKeySession.TryReadDistributionId(group.Send("x"), out Guid id));
        Assert.Equal(SenderKeyGroup.Id, id);
        Assert.False(SenderKeySession.TryReadDistributionId(group.Distribution.AsSpan(0, 40), out _));
    }

    [Fact]
    public void Distribution_ByItsFields_IsInNetworkOrder()
    {
        using var group = new SenderKeyGroup();

        // 0a 10: field 1, 16 bytes. A GUID's own order would start with 33 22 11 00.
        Assert.Equal("330A1000112233445546778899AABBCCDDEEFF", Convert.ToHexString(group.Distribution.AsSpan(0, 19)));
    }

    // The author's next message under another number, signed by the author.
    private static byte[] Renumbered(SenderKeyGroup group, uint iteration)
    {
        byte[] message = group.Send("x");
        Assert.Equal(SenderKeyStatus.Ok, GroupMessage.TryParse(message, out GroupMessage parsed));
        byte[] forged = new byte[GroupMessage.SizeOf(parsed.ChainId, iteration, parsed.Ciphertext.Length)];
        parsed.Ciphertext.CopyTo(GroupMessage.Write(forged, parsed.DistributionId, parsed.ChainId, iteration, parsed.Ciphertext.Length));
        SenderKeyForgery.Sign(group.Author, forged);
        return forged;
    }
}
