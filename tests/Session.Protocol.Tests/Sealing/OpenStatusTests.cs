using Session.Protocol.Accounts;
using Session.Protocol.Encodings;
using Session.Protocol.Sealing;

namespace Session.Protocol.Tests.Sealing;

/// <summary>Each reason for refusing a message, from bytes that a stranger could store.</summary>
public class OpenStatusTests
{
    private static readonly byte[] Box = BoxOf(WorkedExamples.Content);

    [Theory]
    [InlineData("", OpenStatus.NotAWrapper)]
    [InlineData("0801", OpenStatus.NotAWrapper)] // no request
    [InlineData("08011200", OpenStatus.NotAWrapper)] // no body
    [InlineData("1001", OpenStatus.NotAWrapper)] // the request's number, as a varint
    [InlineData("120b0a0012001a0308", OpenStatus.NotAWrapper)] // cut
    [InlineData("12021a00", OpenStatus.NotAnEnvelope)] // empty body
    [InlineData("12041a022801", OpenStatus.NotAnEnvelope)] // no type
    [InlineData("12041a020806", OpenStatus.NotAnEnvelope)] // no timestamp
    [InlineData("12051a03080628", OpenStatus.NotAnEnvelope)] // half a timestamp
    [InlineData("12061a0408062800", OpenStatus.BadTimestamp)]
    [InlineData("120f1a0d080628ffffffffffffffffff01", OpenStatus.BadTimestamp)]
    [InlineData("12061a0408062801", OpenStatus.NoContent)]
    [InlineData("12031a0508", OpenStatus.NotAWrapper)] // a body longer than its request
    [InlineData("12081a06080612003501", OpenStatus.NotAnEnvelope)] // a fixed32 of one byte
    [InlineData("12091a07080612013a2801", OpenStatus.BadSource)]
    [InlineData("12091a07080628015a0100", OpenStatus.BadProSignatureLength)]
    [InlineData("12081a06080628014200", OpenStatus.TooShort)]
    public void Open_BrokenWrappers_SaysWhichLayer(string hex, OpenStatus expected)
    {
        using SessionIdentity recipient = WorkedExamples.Recipient();

        Assert.Equal(expected, SealedMessage.Open(Convert.FromHexString(hex), recipient).Status);
    }

    [Theory]
    [InlineData("")]
    [InlineData("050169191F1EA2E39F926A204FC416971B931B4A50BED83A3B9C57F36144530857")]
    public void Open_SourceAsOldClientsWroteIt_IsAccepted(string source) =>
        Assert.Equal(OpenStatus.Opened, OpenEnvelope(Box, source: source).Status);

    [Theory]
    [InlineData("0")]
    [InlineData("050169191f1ea2e39f926a204fc416971b931b4a50bed83a3b9c57f3614453085")]
    [InlineData("050169191f1ea2e39f926a204fc416971b931b4a50bed83a3b9c57f3614453085g")]
    public void Open_SourceOfAnyOtherForm_IsRefused(string source) => Assert.Equal(OpenStatus.BadSource, OpenEnvelope(Box, source: source).Status);

    [Fact]
    public void Open_BoxOf143Bytes_IsTooShort_Of144_CannotOpen()
    {
        Assert.Equal(OpenStatus.TooShort, OpenEnvelope(new byte[143]).Status);
        Assert.Equal(OpenStatus.CannotOpen, OpenEnvelope(new byte[144]).Status);
    }

    [Fact]
    public void Open_EphemeralKeyOfSmallOrder_CannotOpen()
    {
        byte[] box = (byte[])Box.Clone();
        box.AsSpan(0, 32).Clear();

        Assert.Equal(OpenStatus.CannotOpen, OpenEnvelope(box).Status);
    }

    [Fact]
    public void Open_BoxSignedForSomebodyElse_BadSignature()
    {
        // Mallory got the message and seals the signed text on to Bob as if Alice had written to him.
        using SessionIdentity alice = WorkedExamples.Sender();
        using SessionIdentity mallory = SessionIdentity.Create();
        using SessionIdentity bob = WorkedExamples.Recipient();
        byte[] padded = new byte[MessagePadding.PaddedSize(WorkedExamples.Content.Length)];
        MessagePadding.Pad(WorkedExamples.Content, padded);
        byte[] toMallory = new byte[padded.Length + SignedBox.Overhead];
        padded.CopyTo(toMallory, SignedBox.MessageOffset);
        SignedBox.Sign(alice, mallory.EncryptionKey, toMallory.AsSpan(SignedBox.MessageOffset));

        Assert.Equal(OpenStatus.BadSignature, OpenEnvelope(Reseal(toMallory, bob.EncryptionKey)).Status);
    }

    [Theory]
    [InlineData("", OpenStatus.BadPadding)]
    [InlineData("00000000", OpenStatus.BadPadding)]
    [InlineData("78fbd8c1a28c34", OpenStatus.BadPadding)]
    [InlineData("80", OpenStatus.Empty)]
    [InlineData("8000", OpenStatus.Empty)]
    [InlineData("7880", OpenStatus.NotContent)]
    [InlineData("ff80", OpenStatus.NotContent)]
    [InlineData("680080", OpenStatus.UnsignedTimestamp)]
    [InlineData("780080", OpenStatus.UnsignedTimestamp)]
    [InlineData("780180", OpenStatus.TimestampMismatch)]
    [InlineData("78fbd8c1a28c3480", OpenStatus.Opened)]
    [InlineData("780178fbd8c1a28c3480", OpenStatus.Opened)] // the last of equal fields counts
    [InlineData("78fbd8c1a28c34780180", OpenStatus.TimestampMismatch)]
    public void Open_GenuineBoxOfBadContent_SaysWhatIsWrong(string padded, OpenStatus expected) =>
        Assert.Equal(expected, OpenEnvelope(BoxOfPadded(Convert.FromHexString(padded))).Status);

    [Fact]
    public void Open_TimeNotSigned_OnlyWhenAllowedAndSaysSo()
    {
        byte[] box = BoxOf([0x68, 0x00]);

        OpenedMessage opened = OpenEnvelope(box, new OpenOptions { AllowUnsignedTimestamp = true });

        Assert.True(opened.IsOpened);
        Assert.False(opened.Origin.IsTimestampSigned);
        Assert.Equal(WorkedExamples.TimestampMs, opened.Origin.TimestampMs);
        Assert.False(OpenOptions.Default.AllowUnsignedTimestamp);
        Assert.Equal(OpenStatus.TimestampMismatch, OpenEnvelope(BoxOf([0x78, 0x01]), new OpenOptions { AllowUnsignedTimestamp = true }).Status);
    }

    [Fact]
    public void Open_EnvelopeWithAnotherTime_IsRefused() =>
        Assert.Equal(OpenStatus.TimestampMismatch, OpenEnvelope(Box, timestampMs: WorkedExamples.TimestampMs + 1).Status);

    private static byte[] BoxOf(byte[] content)
    {
        byte[] padded = new byte[MessagePadding.PaddedSize(content.Length)];
        MessagePadding.Pad(content, padded);
        return BoxOfPadded(padded);
    }

    private static byte[] BoxOfPadded(byte[] padded)
    {
        using SessionIdentity sender = WorkedExamples.Sender();
        using SessionIdentity recipient = WorkedExamples.Recipient();
        byte[] box = new byte[padded.Length + SignedBox.Overhead];
        padded.CopyTo(box, SignedBox.MessageOffset);
        SignedBox.Seal(sender, recipient.EncryptionKey, WorkedExamples.EphemeralSecret, box);
        return box;
    }

    // The sealed box without the signing step.
    private static byte[] Reseal(byte[] box, X25519PublicKey recipient)
    {
        byte[] nonce = new byte[24], key = new byte[32];
        Protocol.Cryptography.X25519.PublicKey(WorkedExamples.EphemeralSecret, box.AsSpan(0, 32));
        Assert.True(Protocol.Cryptography.CryptoBox.TryAgree(WorkedExamples.EphemeralSecret, recipient.AsSpan(), key));
        Protocol.Cryptography.CryptoBox.SealNonce(box.AsSpan(0, 32), recipient.AsSpan(), nonce);
        Protocol.Cryptography.CryptoBox.Encrypt(key, nonce, box.AsSpan(SignedBox.MessageOffset), box.AsSpan(32));
        return box;
    }

    private static OpenedMessage OpenEnvelope(byte[] box, OpenOptions? options = null, string? source = null, long timestampMs = WorkedExamples.TimestampMs)
    {
        using SessionIdentity recipient = WorkedExamples.Recipient();
        int sourceSize = source is null ? 0 : ProtoWriter.BytesFieldSize(source.Length);
        int size = ProtoWriter.VarintFieldSize(6) + sourceSize + ProtoWriter.VarintFieldSize((ulong)timestampMs) + ProtoWriter.BytesFieldSize(box.Length);
        int request = ProtoWriter.BytesFieldSize(size);
        byte[] stored = new byte[ProtoWriter.BytesFieldSize(request)];
        var writer = new ProtoWriter(stored);
        writer.StartBytes(2, request);
        writer.StartBytes(3, size);
        writer.WriteVarint(1, 6);
        if (source is not null)
        {
            System.Text.Encoding.ASCII.GetBytes(source).CopyTo(writer.ReserveBytes(2, source.Length));
        }

        writer.WriteVarint(5, (ulong)timestampMs);
        box.CopyTo(writer.ReserveBytes(8, box.Length));
        return SealedMessage.Open(stored, recipient, options);
    }
}
