using System.Buffers;
using Session.Protocol.Accounts;
using Session.Protocol.Attachments;
using Session.Protocol.Messages;

namespace Session.Protocol.Tests.Attachments;

public class ProfilePictureTests
{
    private const string LegacyUrl = "http://example.org/file/1";
    private static readonly byte[] Key = [.. Enumerable.Range(0x20, 32).Select(i => (byte)i)];

    // protocol/13 §12
    [Fact]
    public void EncryptLegacy_WorkedExample_GivesItsBytes()
    {
        byte[] iv = [.. Enumerable.Range(0xa0, 12).Select(i => (byte)i)];
        byte[] blob = ProfilePictureCipher.EncryptLegacy("hello"u8, Key, new QueuedRandomSource(iv));
        Assert.Equal("a0a1a2a3a4a5a6a7a8a9aaab1659c858ab7deaefe99d3e7855cb5ab5dfc6a5fa41", Convert.ToHexStringLower(blob));
        Assert.Equal("hello"u8.ToArray(), Decrypt(LegacyUrl, Key, blob, AttachmentStatus.Complete));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4_054)]
    [InlineData(100_000)]
    public void EncryptStream_ThenDecrypt_ReturnsThePicture(int size)
    {
        byte[] picture = AttachmentFiles.File(size);
        byte[] key = new byte[ProfilePictureCipher.KeySize];
        using SessionIdentity sender = AttachmentFiles.Sender();
        byte[] blob = ProfilePictureCipher.EncryptStream(picture, sender, key);
        Assert.Equal(AttachmentCipher.EncryptedSize(AttachmentScheme.Stream, size), blob.Length);
        Assert.Equal(picture, Decrypt(LegacyUrl + "#d", key, blob, AttachmentStatus.Complete));
    }

    [Theory]
    [InlineData("", 28, AttachmentStatus.TooShort)]
    [InlineData("", 0, AttachmentStatus.TooShort)]
    [InlineData("", 29, AttachmentStatus.NotAuthentic)]
    [InlineData("#d", 41, AttachmentStatus.TooShort)]
    [InlineData("#d", 0, AttachmentStatus.TooShort)]
    [InlineData("#d", 42, AttachmentStatus.UnknownFormat)]
    public void Decrypt_Nonsense_SaysWhyAndGivesNothing(string fragment, int size, AttachmentStatus expected) =>
        Assert.Empty(Decrypt(LegacyUrl + fragment, Key, new byte[size], expected));

    [Fact]
    public void Decrypt_ChangedInTheLastChunk_GivesNothing()
    {
        byte[] key = new byte[ProfilePictureCipher.KeySize];
        using SessionIdentity sender = AttachmentFiles.Sender();
        byte[] blob = ProfilePictureCipher.EncryptStream(AttachmentFiles.File(100_000), sender, key);
        blob[^1] ^= 1;
        Assert.Empty(Decrypt(LegacyUrl + "#d", key, blob, AttachmentStatus.NotAuthentic));
    }

    private static byte[] Decrypt(string url, byte[] key, byte[] blob, AttachmentStatus expected)
    {
        var picture = new ArrayBufferWriter<byte>();
        AttachmentResult result = ProfilePictureCipher.Decrypt(new UserProfile { PictureUrl = url, PictureKey = key }, blob, picture);
        Assert.Equal(new AttachmentResult(expected, picture.WrittenCount), result);
        return picture.WrittenSpan.ToArray();
    }
}
