using System.Buffers;
using System.Security.Cryptography;
using Session.Protocol.Accounts;
using Session.Protocol.Cryptography;
using Session.Protocol.Sealing;

namespace Session.Protocol.Tests.Sealing;

public class SealedMessageTests
{
    [Fact]
    public void Seal_WorkedExample_GivesTheStoredBytesOfTheSpecification()
    {
        using SessionIdentity sender = WorkedExamples.Sender();
        using SessionIdentity recipient = WorkedExamples.Recipient();
        QueuedRandomSource random = WorkedExamples.Random();

        byte[] stored = SealedMessage.Seal(WorkedExamples.Content, sender, recipient.AccountId, WorkedExamples.TimestampMs, random);

        Assert.Equal(WorkedExamples.StoredNew, Convert.ToBase64String(stored));
        Assert.Equal(0, random.Remaining);
    }

    [Theory]
    [InlineData(WorkedExamples.StoredNew)]
    [InlineData(WorkedExamples.StoredOld)]
    public void Open_WorkedExampleInEitherForm_GivesContentSenderAndTime(string stored)
    {
        using SessionIdentity sender = WorkedExamples.Sender();
        using SessionIdentity recipient = WorkedExamples.Recipient();

        OpenedMessage opened = SealedMessage.Open(Convert.FromBase64String(stored), recipient);

        Assert.Equal(OpenStatus.Opened, opened.Status);
        Assert.Equal(WorkedExamples.Content, opened.Content.ToArray());
        Assert.Equal(sender.AccountId, opened.Origin.Sender);
        Assert.Equal(sender.SigningKey, opened.Origin.SenderKey);
        Assert.Equal(WorkedExamples.TimestampMs, opened.Origin.TimestampMs);
        Assert.True(opened.Origin.IsTimestampSigned);
    }

    [Fact]
    public void SealTo_AnyMessage_WritesWhatSealReturns()
    {
        using SessionIdentity sender = WorkedExamples.Sender();
        using SessionIdentity recipient = WorkedExamples.Recipient();
        var output = new ArrayBufferWriter<byte>();

        SealedMessage.SealTo(WorkedExamples.Content, sender, recipient.AccountId, WorkedExamples.TimestampMs, output, WorkedExamples.Random());

        Assert.Equal(WorkedExamples.StoredNew, Convert.ToBase64String(output.WrittenSpan));
    }

    [Fact]
    public void Seal_SyncCopyToOneself_Opens()
    {
        using SessionIdentity self = WorkedExamples.Sender();

        byte[] stored = SealedMessage.Seal(WorkedExamples.SyncContent, self, self.AccountId, WorkedExamples.TimestampMs);
        OpenedMessage opened = SealedMessage.Open(stored, self);

        Assert.True(opened.IsOpened);
        Assert.Equal(self.AccountId, opened.Origin.Sender);
        Assert.Equal(WorkedExamples.SyncContent, opened.Content.ToArray());
    }

    [Fact]
    public void Seal_LargestContent_FitsWhatANodeStores_OneMoreDoesNot()
    {
        using SessionIdentity sender = WorkedExamples.Sender();
        using SessionIdentity recipient = WorkedExamples.Recipient();

        byte[] stored = SealedMessage.Seal(ContentOf(SealedMessage.MaxContentSize), sender, recipient.AccountId, WorkedExamples.TimestampMs);

        Assert.Equal(76_721, stored.Length);
        Assert.True(SealedMessage.Open(stored, recipient).IsOpened);
        Assert.Throws<ArgumentException>(() =>
            SealedMessage.Seal(ContentOf(SealedMessage.MaxContentSize + 1), sender, recipient.AccountId, WorkedExamples.TimestampMs));
    }

    [Fact]
    public void Seal_WhatNobodyCouldRead_Throws()
    {
        using SessionIdentity sender = WorkedExamples.Sender();
        AccountId me = sender.AccountId;
        byte[] content = WorkedExamples.Content;
        long t = WorkedExamples.TimestampMs;
        var zeroKey = AccountId.FromX25519(default);

        Assert.Throws<ArgumentException>(() => SealedMessage.Seal([], sender, me, t));
        Assert.Throws<ArgumentException>(() => SealedMessage.Seal([0xff], sender, me, t));
        Assert.Throws<ArgumentException>(() => SealedMessage.Seal(content, sender, me, t + 1));
        Assert.Throws<ArgumentException>(() => SealedMessage.Seal([0x60, 0], sender, me, t));
        Assert.Throws<ArgumentException>(() => SealedMessage.Seal(content, sender, default, t));
        Assert.Throws<ArgumentException>(() => SealedMessage.Seal(content, sender, AccountId.ForGroup(sender.SigningKey), t));
        Assert.Throws<ArgumentException>(() => SealedMessage.Seal(content, sender, zeroKey, t));
        Assert.Throws<ArgumentOutOfRangeException>(() => SealedMessage.Seal(content, sender, me, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => SealedMessage.Seal(content, sender, me, long.MaxValue));
    }

    [Fact]
    public void SealTo_Fails_LeavesTheWriterEmptyAndItsMemoryWithoutContent()
    {
        SessionIdentity sender = WorkedExamples.Sender();
        sender.Dispose();
        var output = new ArrayBufferWriter<byte>(4096);

        Assert.Throws<ObjectDisposedException>(() =>
            SealedMessage.SealTo(WorkedExamples.Content, sender, sender.AccountId, WorkedExamples.TimestampMs, output));

        Assert.Equal(0, output.WrittenCount);
        Assert.Equal(-1, output.GetSpan(4096).IndexOf("hello v1"u8));
    }

    [Fact]
    public void Seal_Twice_DiffersInEveryPartThatIsNotFixed()
    {
        using SessionIdentity sender = WorkedExamples.Sender();

        byte[] one = SealedMessage.Seal(WorkedExamples.Content, sender, sender.AccountId, WorkedExamples.TimestampMs);
        byte[] two = SealedMessage.Seal(WorkedExamples.Content, sender, sender.AccountId, WorkedExamples.TimestampMs);

        Assert.NotEqual(one[30..330], two[30..330]);
        Assert.NotEqual(one[^66..^2], two[^66..^2]);
        Assert.Equal(0, one[^3] & 0xf0);
    }

    [Fact]
    public void Open_ForSomebodyElse_CannotOpen()
    {
        using SessionIdentity sender = WorkedExamples.Sender();

        OpenedMessage opened = SealedMessage.Open(Convert.FromBase64String(WorkedExamples.StoredNew), sender);

        Assert.Equal(OpenStatus.CannotOpen, opened.Status);
        Assert.True(opened.Content.IsEmpty);
        Assert.Equal(default, opened.Origin);
    }

    [Fact]
    public void OpenTo_Opened_WritesTheContentOnly()
    {
        using SessionIdentity recipient = WorkedExamples.Recipient();
        var content = new ArrayBufferWriter<byte>(4096);

        OpenStatus status = SealedMessage.OpenTo(Convert.FromBase64String(WorkedExamples.StoredNew), recipient, content, out MessageOrigin origin);

        Assert.Equal(OpenStatus.Opened, status);
        Assert.Equal(WorkedExamples.Content, content.WrittenSpan.ToArray());
        Assert.Equal(WorkedExamples.TimestampMs, origin.TimestampMs);
        Assert.Equal(-1, content.GetSpan(2048).IndexOfAnyExcept((byte)0));
    }

    [Fact]
    public void OpenTo_NotOpened_LeavesTheWriterEmpty()
    {
        using SessionIdentity sender = WorkedExamples.Sender();
        var content = new ArrayBufferWriter<byte>(4096);

        OpenStatus status = SealedMessage.OpenTo(Convert.FromBase64String(WorkedExamples.StoredNew), sender, content, out MessageOrigin origin);

        Assert.Equal(OpenStatus.CannotOpen, status);
        Assert.Equal(0, content.WrittenCount);
        Assert.Equal(default, origin);
    }

    [Fact]
    public void SealAndOpen_WithBufferWriters_DoNotAllocate()
    {
        using SessionIdentity sender = WorkedExamples.Sender();
        using SessionIdentity recipient = WorkedExamples.Recipient();
        byte[] content = ContentOf(1024);
        var stored = new ArrayBufferWriter<byte>(4096);
        var plain = new ArrayBufferWriter<byte>(4096);
        RoundTrip();

        long before = GC.GetAllocatedBytesForCurrentThread();
        RoundTrip();
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(0, allocated);

        void RoundTrip()
        {
            stored.ResetWrittenCount();
            plain.ResetWrittenCount();
            SealedMessage.SealTo(content, sender, recipient.AccountId, WorkedExamples.TimestampMs, stored);
            Assert.True(SealedMessage.OpenTo(stored.WrittenSpan, recipient, plain, out _) == OpenStatus.Opened);
        }
    }

    [Fact]
    public void Open_EveryTruncation_IsRefused()
    {
        using SessionIdentity recipient = WorkedExamples.Recipient();
        byte[] stored = Convert.FromBase64String(WorkedExamples.StoredNew);

        // The last two bytes are the request's id, but its length no longer fits without them.
        for (int length = 0; length < stored.Length; length++)
        {
            Assert.Equal(OpenStatus.NotAWrapper, SealedMessage.Open(stored.AsSpan(0, length), recipient).Status);
        }
    }

    [Fact]
    public void Open_EveryFlippedBit_IsRefusedOrChangesNothingThatIsSigned()
    {
        using SessionIdentity recipient = WorkedExamples.Recipient();
        byte[] stored = Convert.FromBase64String(WorkedExamples.StoredNew);

        for (int bit = 0; bit < stored.Length * 8; bit++)
        {
            stored[bit / 8] ^= (byte)(1 << (bit % 8));
            OpenedMessage opened = SealedMessage.Open(stored, recipient);
            stored[bit / 8] ^= (byte)(1 << (bit % 8));

            if (opened.IsOpened)
            {
                Assert.Equal(WorkedExamples.Content, opened.Content.ToArray());
                Assert.Equal(WorkedExamples.TimestampMs, opened.Origin.TimestampMs);
            }
        }
    }

    [Fact]
    public void Open_RandomBytes_NeverThrows()
    {
        using SessionIdentity recipient = WorkedExamples.Recipient();

        for (int i = 0; i < 2000; i++)
        {
            Assert.False(SealedMessage.Open(RandomNumberGenerator.GetBytes(i), recipient).IsOpened);
        }

        Assert.Equal(OpenStatus.TooLarge, SealedMessage.Open(new byte[SealedMessage.MaxStoredSize + 1], recipient).Status);
    }

    /// <summary>A Content of exactly this size: an unknown field of filler, then sigTimestamp.</summary>
    private static byte[] ContentOf(int size)
    {
        byte[] time = WorkedExamples.Content[^7..];
        int filler = size - time.Length;
        byte[] content = new byte[size];
        int header = filler - 2 < 0x80 ? 2 : filler - 3 < 0x4000 ? 3 : 4;
        content[0] = 0x0a;
        for (int i = 1, length = filler - header; i < header; i++, length >>= 7)
        {
            content[i] = (byte)((length & 0x7f) | (i < header - 1 ? 0x80 : 0));
        }

        time.CopyTo(content, filler);
        return content;
    }
}
