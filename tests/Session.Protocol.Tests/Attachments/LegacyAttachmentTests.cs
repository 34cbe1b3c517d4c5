using System.Security.Cryptography;
using Session.Protocol.Attachments;
using Session.Protocol.Messages;

namespace Session.Protocol.Tests.Attachments;

public class LegacyAttachmentTests
{
    private static readonly byte[] Iv = [.. Enumerable.Range(0xf0, 16).Select(i => (byte)i)];
    private static readonly byte[] Key = [.. Enumerable.Range(0, 64).Select(i => (byte)i)];

    // protocol/13 §14.2
    [Fact]
    public async Task Encrypt_WorkedExample_GivesItsBytes()
    {
        using AttachmentKey key = AttachmentKey.CreateLegacy(5, new QueuedRandomSource([.. Iv, .. Key]));
        (byte[] blob, AttachmentPointer pointer) = await AttachmentFiles.EncryptAsync(key, "hello"u8.ToArray());

        Assert.Equal(592, blob.Length);
        Assert.StartsWith("f0f1f2f3f4f5f6f7f8f9fafbfcfdfeffb517e995f1866cac769edd0f0111fdbb", Convert.ToHexStringLower(blob), StringComparison.Ordinal);
        Assert.EndsWith("42272621a0fdc2fc2de5f0ee51629dca2bb3f728c0e7aa3eb005d0f0b85e87d9", Convert.ToHexStringLower(blob), StringComparison.Ordinal);
        Assert.Equal("19b33e7dfc17a69ce10a183c7478ceec619bf17f5e1ddc1b8ed90015448b46a4", Convert.ToHexStringLower(pointer.Digest.Span));
    }

    [Theory]
    [InlineData(0, 541, 592)]
    [InlineData(541, 541, 592)]
    [InlineData(542, 568, 624)]
    [InlineData(1_000, 1_020, 1_072)]
    [InlineData(10_000, 10_110, 10_160)]
    [InlineData(100_000, 100_155, 100_208)]
    [InlineData(1_000_000, 1_041_743, 1_041_792)]
    [InlineData(5_000_000, 5_212_040, 5_212_096)]
    [InlineData(LegacyLayout.MaxSize, LegacyLayout.MaxSize, 10_000_000)]
    public void PaddedSize_TableOfTheSpecification_Holds(int size, int padded, int blob)
    {
        Assert.Equal(padded, LegacyLayout.PaddedSize(size));
        Assert.Equal(blob, AttachmentCipher.EncryptedSize(AttachmentScheme.Legacy, size));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(541)]
    [InlineData(65_519)]
    [InlineData(65_536)]
    [InlineData(200_001)]
    public async Task Decrypt_WhatWasEncrypted_ReturnsIt(int size)
    {
        byte[] file = AttachmentFiles.File(size);
        using AttachmentKey key = AttachmentKey.CreateLegacy(size);
        (byte[] blob, AttachmentPointer pointer) = await AttachmentFiles.EncryptAsync(key, file);
        (AttachmentResult result, byte[] written) = await AttachmentFiles.DecryptAsync(pointer, blob);
        Assert.Equal(new AttachmentResult(AttachmentStatus.Complete, size), result);
        Assert.Equal(file, written);
        Assert.Equal(key.EncryptedSize, blob.Length);
    }

    [Fact]
    public async Task Decrypt_ChangedOrCutAnywhere_GivesNothingOut()
    {
        using AttachmentKey key = AttachmentKey.CreateLegacy(70_000);
        (byte[] blob, AttachmentPointer pointer) = await AttachmentFiles.EncryptAsync(key, AttachmentFiles.File(70_000));
        for (int i = 0; i < blob.Length; i += 4_001)
        {
            byte[] changed = [.. blob];
            changed[i] ^= 1;
            Assert.Equal(AttachmentStatus.NotAuthentic, (await AttachmentFiles.DecryptAsync(pointer, changed)).Result.Status);
            (AttachmentResult result, byte[] written) = await AttachmentFiles.DecryptAsync(pointer, blob[..i]);
            Assert.False(result.IsComplete);
            Assert.Empty(written);
        }
    }

    [Fact]
    public async Task Decrypt_OtherBlobUnderTheSameKey_HasTheWrongDigest()
    {
        using AttachmentKey key = AttachmentKey.CreateLegacy(5, new QueuedRandomSource([.. Iv, .. Key]));
        using AttachmentKey other = AttachmentKey.CreateLegacy(5, new QueuedRandomSource([.. Iv.Reverse(), .. Key]));
        (byte[] blob, _) = await AttachmentFiles.EncryptAsync(key, "hello"u8.ToArray());
        (_, AttachmentPointer pointer) = await AttachmentFiles.EncryptAsync(other, "olleh"u8.ToArray());
        Assert.Equal(AttachmentStatus.WrongDigest, (await AttachmentFiles.DecryptAsync(pointer, blob)).Result.Status);
        Assert.True((await AttachmentFiles.DecryptAsync(pointer with { Digest = default }, blob)).Result.IsComplete);
    }

    [Theory]
    [InlineData(0, 64, AttachmentStatus.WrongSize)]
    [InlineData(5, 32, AttachmentStatus.BadKey)]
    [InlineData(5, 0, AttachmentStatus.BadKey)]
    [InlineData(541, 64, AttachmentStatus.Complete)]
    [InlineData(542, 64, AttachmentStatus.WrongSize)]
    [InlineData(uint.MaxValue, 64, AttachmentStatus.WrongSize)]
    public async Task Decrypt_PointerThatDoesNotFit_SaysWhy(long size, int keySize, AttachmentStatus expected)
    {
        using AttachmentKey key = AttachmentKey.CreateLegacy(5);
        (byte[] blob, AttachmentPointer pointer) = await AttachmentFiles.EncryptAsync(key, "hello"u8.ToArray());
        AttachmentPointer changed = pointer with { Size = size, Key = pointer.Key[..keySize] };
        Assert.Equal(expected, (await AttachmentFiles.DecryptAsync(changed, blob)).Result.Status);
    }

    [Theory]
    [InlineData(17, 16, AttachmentStatus.UnknownFormat)]
    [InlineData(16, 0, AttachmentStatus.BadPadding)]
    [InlineData(16, 17, AttachmentStatus.BadPadding)]
    [InlineData(15, 1, AttachmentStatus.TooShort)]
    public async Task Decrypt_GenuineMacAroundNonsense_SaysWhy(int ciphertextSize, byte lastByte, AttachmentStatus expected)
    {
        byte[] body = [.. Iv, .. Ciphertext(ciphertextSize, lastByte)];
        byte[] blob = [.. body, .. HMACSHA256.HashData(Key.AsSpan(32), body)];
        var pointer = new AttachmentPointer { Url = "http://a/file/1", Key = Key, Size = 1 };
        Assert.Equal(expected, (await AttachmentFiles.DecryptAsync(pointer, blob)).Result.Status);
    }

    [Fact]
    public void CreateLegacy_TooLarge_IsRefused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => AttachmentKey.CreateLegacy(AttachmentCipher.MaxSize(AttachmentScheme.Legacy) + 1));

    private static byte[] Ciphertext(int size, byte lastByte)
    {
        using var aes = Aes.Create();
        aes.SetKey(Key.AsSpan(0, 32));
        byte[] plain = new byte[16];
        plain[^1] = lastByte;
        byte[] block = aes.EncryptCbc(plain, Iv, PaddingMode.None);
        Array.Resize(ref block, size);
        return block;
    }
}
