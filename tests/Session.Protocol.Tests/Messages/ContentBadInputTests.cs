using CsCheck;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Session.Protocol.Messages;
using Wire = Session.Protocol.Messages.Wire;

namespace Session.Protocol.Tests.Messages;

/// <summary>What a stranger can send. Every test also shows that nothing throws.</summary>
public class ContentBadInputTests
{
    private const long T = WorkedMessages.SentTimestampMs;

    [Theory]
    [MemberData(nameof(WorkedMessages.Names), MemberType = typeof(WorkedMessages))]
    public void TryDecode_EveryPrefix_IsRefusedOrLacksTheTime(string name)
    {
        byte[] bytes = WorkedMessages.Bytes(name);

        for (int length = 0; length < bytes.Length; length++)
        {
            AssertOkOrNothing(bytes.AsSpan(0, length), out MessageContent? content);

            // Typing carries the time twice.
            Assert.True(content is null or TypingIndicator or { SentTimestampMs: 0 });
        }
    }

    [Theory]
    [MemberData(nameof(WorkedMessages.Names), MemberType = typeof(WorkedMessages))]
    public void TryDecode_EveryBitFlipped_IsReadOrRefused(string name)
    {
        byte[] bytes = WorkedMessages.Bytes(name);

        for (int bit = 0; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            AssertOkOrNothing(bytes, out _);
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [Fact]
    public void TryDecode_DamagedContentOfEveryKind_ThatStillReads_CanBeSentAgain() =>
        Gen.Select(ContentGen.Any, Gen.Int[0, int.MaxValue], Gen.Byte).Sample((content, position, value) =>
        {
            byte[] bytes = ContentCodec.Encode(content, T);
            bytes[position % bytes.Length] ^= value;

            AssertOkOrNothing(bytes, out MessageContent? read);
            if (read is not null)
            {
                Assert.Equal(ContentDecodeResult.Ok, ContentCodec.TryDecode(ContentCodec.Encode(read, T), out MessageContent? again));
                Assert.Equal(read with { SentTimestampMs = T }, again);
            }
        }, iter: 5_000);

    [Fact]
    public void TryDecode_RandomBytes_NeverThrows() =>
        Gen.Byte.Array[0, 300].Sample(bytes => AssertOkOrNothing(bytes, out _), iter: 5_000);

    [Fact]
    public void TryDecode_DeepNestingOfGroups_IsRefusedWithoutRunningOutOfStack()
    {
        // Field 99 as a start-group tag, over and over.
        byte[] bytes = [.. Enumerable.Repeat<byte[]>([0x9B, 0x06], ContentCodec.MaxSize / 2).SelectMany(x => x)];

        Assert.Equal(ContentDecodeResult.Malformed, ContentCodec.TryDecode(bytes, out _));
    }

    [Fact]
    public void TryDecode_LongerThanANodeStores_IsRefused()
    {
        Assert.Equal(ContentDecodeResult.TooLarge, ContentCodec.TryDecode(new byte[ContentCodec.MaxSize + 1], out _));
        Assert.Equal(ContentDecodeResult.Malformed, ContentCodec.TryDecode(new byte[ContentCodec.MaxSize], out _));
    }

    [Theory]
    [InlineData("0a0412020900")] // cut within an attachment
    [InlineData("0a05")] // ends within
    [InlineData("0affffffff0f")] // a negative length
    [InlineData("00")] // no field has number 0
    [InlineData("0f")] // no wire type 7
    [InlineData("78ffffffffffffffffffffff01")] // a varint without end
    public void TryDecode_NoProtobuf_SaysMalformed(string hex) =>
        Assert.Equal(ContentDecodeResult.Malformed, ContentCodec.TryDecode(Convert.FromHexString(hex), out _));

    [Fact]
    public void TryDecode_ReactionWithoutAction_SaysMissing()
    {
        Wire.Content wire = Parsed("reaction");
        wire.DataMessage.Reaction.ClearAction();

        Assert.Equal(ContentDecodeResult.MissingField, Result(wire));
    }

    [Fact]
    public void TryDecode_UnknownNumberInARequiredEnumeration_SaysMissing()
    {
        byte[] bytes = WorkedMessages.Bytes("typing");
        Assert.Equal(0, bytes[10]);
        bytes[10] = 5;

        Assert.Equal(ContentDecodeResult.MissingField, ContentCodec.TryDecode(bytes, out _));
    }

    [Fact]
    public void TryDecode_AnyRequiredFieldLeftOut_SaysMissing()
    {
        int removed = 0;
        ContentGen.Any.Sample(content =>
        {
            Wire.Content wire = Wire.Content.Parser.ParseFrom(ContentCodec.Encode(content, T));
            foreach ((IMessage message, FieldDescriptor field) in RequiredFields(wire).ToArray())
            {
                object value = field.Accessor.GetValue(message);
                field.Accessor.Clear(message);
                Assert.Equal(ContentDecodeResult.MissingField, Result(wire));
                field.Accessor.SetValue(message, value);
                Interlocked.Increment(ref removed);
            }
        }, iter: 300);

        Assert.True(removed > 300);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(8)]
    [InlineData(uint.MaxValue)]
    public void TryDecode_FlagsNobodyKnows_AreRefused(uint flags)
    {
        Wire.Content wire = Parsed("text");
        wire.DataMessage.Flags = flags;

        Assert.Equal(ContentDecodeResult.UnknownFlags, Result(wire));
    }

    [Theory]
    [InlineData(32, ContentDecodeResult.Ok)]
    [InlineData(33, ContentDecodeResult.TooManyItems)]
    public void TryDecode_Attachments_UpTo32(int count, ContentDecodeResult expected)
    {
        Wire.Content wire = Parsed("text");
        wire.DataMessage.Attachments.AddRange(Enumerable.Range(0, count).Select(_ => new Wire.AttachmentPointer { Id = 1 }));

        Assert.Equal(expected, Result(wire));
    }

    [Fact]
    public void TryDecode_ThousandsOfPreviews_AreRefused()
    {
        Wire.Content wire = Parsed("text");
        wire.DataMessage.Preview.AddRange(Enumerable.Range(0, 5_000).Select(_ => new Wire.Preview { Url = ByteString.Empty }));

        Assert.Equal(ContentDecodeResult.TooManyItems, Result(wire));
    }

    [Theory]
    [InlineData(4_096, ContentDecodeResult.Ok)]
    [InlineData(4_097, ContentDecodeResult.TooManyItems)]
    public void TryDecode_ReceiptTimes_UpToTheBound(int count, ContentDecodeResult expected)
    {
        Wire.Content wire = Parsed("read receipt");
        wire.ReceiptMessage.Timestamps.Clear();
        wire.ReceiptMessage.Timestamps.AddRange(Enumerable.Repeat(1UL, count));

        Assert.Equal(expected, Result(wire));
    }

    [Fact]
    public void TryDecode_ListsOfAMemberOrCallUpdateBeyondTheBound_AreRefused()
    {
        ByteString[] many = [.. Enumerable.Repeat(ByteString.CopyFromUtf8("x"), 4_097)];
        var update = new Wire.GroupUpdateMessage { DeleteContent = new() { MessageHashes = { many } } };
        var call = new Wire.CallMessage { Type = Wire.CallMessage.Types.Type.IceCandidates, Uuid = ByteString.CopyFromUtf8("u"), Sdps = { many } };

        Assert.Equal(ContentDecodeResult.TooManyItems, Result(new Wire.Content { DataMessage = new() { GroupUpdate = update } }));
        Assert.Equal(ContentDecodeResult.TooManyItems, Result(new Wire.Content { CallMessage = call }));
    }

    [Fact]
    public void TryDecode_TextThatIsNotUtf8_SaysSo()
    {
        Wire.Content body = Parsed("text");
        body.DataMessage.Body = ByteString.CopyFrom(0x48, 0xFF);
        Wire.Content name = Parsed("text");
        name.DataMessage.Profile.DisplayName = ByteString.CopyFrom(0xC3);
        Wire.Content file = Parsed("voice message");
        file.DataMessage.Attachments[0].FileName = ByteString.CopyFrom(0xED, 0xA0, 0x80);

        Assert.Equal(ContentDecodeResult.InvalidText, Result(body));
        Assert.Equal(ContentDecodeResult.InvalidText, Result(name));
        Assert.Equal(ContentDecodeResult.InvalidText, Result(file));
    }

    [Fact]
    public void TryDecode_TimesBeyondTheCalendar_AreRefused()
    {
        Wire.Content sent = Parsed("text");
        sent.SigTimestamp = ulong.MaxValue;
        Wire.Content profile = Parsed("text");
        profile.DataMessage.Profile.LastUpdateSeconds = ulong.MaxValue;
        Wire.Content read = Parsed("read receipt");
        read.ReceiptMessage.Timestamps.Add(ulong.MaxValue);
        Wire.Content unsend = Parsed("unsend");
        unsend.UnsendRequest.Timestamp = 1UL << 63;

        Assert.All([sent, profile, read, unsend], wire => Assert.Equal(ContentDecodeResult.InvalidField, Result(wire)));
    }

    [Fact]
    public void TryDecode_WrongIdsAndSizes_AreRefused()
    {
        Wire.Content author = Parsed("unsend");
        author.UnsendRequest.Author = ByteString.CopyFromUtf8("05" + new string('g', 64));
        Wire.Content shortAuthor = Parsed("reaction");
        shortAuthor.DataMessage.Reaction.Author = ByteString.CopyFromUtf8("05");
        Wire.Content target = Parsed("text");
        target.DataMessage.SyncTarget = ByteString.Empty;
        Wire.Content signature = Parsed("group info change");
        signature.DataMessage.GroupUpdate.InfoChange.AdminSignature = ByteString.CopyFrom(new byte[63]);
        Wire.Content emoji = Parsed("reaction");
        emoji.DataMessage.Reaction.Emoji = ByteString.CopyFromUtf8(new string('x', 65));
        var seed = new Wire.GroupUpdateMessage { Promote = new() { Seed = ByteString.CopyFrom(new byte[31]), Name = ByteString.Empty } };

        Assert.All(
            [author, shortAuthor, target, signature, emoji, new Wire.Content { DataMessage = new() { GroupUpdate = seed } }],
            wire => Assert.Equal(ContentDecodeResult.InvalidField, Result(wire)));
    }

    [Fact]
    public void TryDecode_ManyKindsOfUnknownFields_StaysCheap()
    {
        // One unknown field number after the other, as many as fit.
        using var stream = new MemoryStream();
        using var output = new CodedOutputStream(stream);
        for (int number = 10_000; output.Position < ContentCodec.MaxSize - 10; number++)
        {
            output.WriteTag(number, WireFormat.WireType.Varint);
            output.WriteUInt32(0);
        }

        output.Flush();
        byte[] bytes = stream.ToArray();
        long before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Equal(ContentDecodeResult.Empty, ContentCodec.TryDecode(bytes, out _));

        // What one hostile message may cost is bounded by its size.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 40L * 1024 * 1024);
    }

    private static void AssertOkOrNothing(ReadOnlySpan<byte> bytes, out MessageContent? content) =>
        Assert.Equal(ContentCodec.TryDecode(bytes, out content) == ContentDecodeResult.Ok, content is not null);

    private static Wire.Content Parsed(string name) => Wire.Content.Parser.ParseFrom(WorkedMessages.Bytes(name));

    private static ContentDecodeResult Result(Wire.Content wire) => ContentCodec.TryDecode(wire.ToByteArray(), out _);

    private static IEnumerable<(IMessage Message, FieldDescriptor Field)> RequiredFields(IMessage message)
    {
        foreach (FieldDescriptor field in message.Descriptor.Fields.InDeclarationOrder())
        {
            if (field.IsRequired)
            {
                yield return (message, field);
            }

            if (field.FieldType != FieldType.Message)
            {
                continue;
            }

            object? value = field.Accessor.GetValue(message);
            IEnumerable<IMessage> parts = value switch
            {
                System.Collections.IList list => list.Cast<IMessage>(),
                IMessage part => [part],
                _ => [],
            };
            foreach ((IMessage, FieldDescriptor) inner in parts.SelectMany(RequiredFields))
            {
                yield return inner;
            }
        }
    }
}
