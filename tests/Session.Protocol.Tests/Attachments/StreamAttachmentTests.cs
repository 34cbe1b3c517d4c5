using System.IO.Pipelines;
using CsCheck;
using Session.Protocol.Accounts;
using Session.Protocol.Attachments;
using Session.Protocol.Cryptography;
using Session.Protocol.Messages;

namespace Session.Protocol.Tests.Attachments;

public class StreamAttachmentTests
{
    // protocol/18 §6
    [Theory]
    [InlineData(AttachmentPurpose.Attachment, "b1eb956f8dd54ad5fad8ff19d4b5995dde5447541bcc2bea5e4040e580762939", "5381df095782d9f025ba24e3569c43afa15c9f2959c3a96ed873fa3b44806841fd3f9f81f16a9213d523ed3831575835", "fe4fd0ae1e960e792cdc4b3285c099156568bdb781b81ca235d751204b276be7")]
    [InlineData(AttachmentPurpose.ProfilePicture, "06ae3f7f576f7845995b5799f3eca0abbd72ded5053ae3e0c1c215fa5a33b0b7", "53e2be15a61102049337601d13f10a3edf98d72f6147209e6d8c6a59153eb53b6632f3524786c06243137f34e3d416e3", "bbfbf280e211a4cef2e12c6321a5a154f0a20662706d0d09312e6f6850e96dec")]
    public async Task Encrypt_WorkedExample_GivesItsBytes(AttachmentPurpose purpose, string key, string start, string hash)
    {
        byte[] file = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
        using SessionIdentity sender = AttachmentFiles.Sender();
        using AttachmentKey derived = AttachmentKey.Derive(sender, purpose, file);
        (byte[] blob, _) = await AttachmentFiles.EncryptAsync(derived, file);

        byte[] found = new byte[32];
        Blake2b.Hash(blob, found);
        Assert.Equal(key, Convert.ToHexStringLower(derived.Key));
        Assert.Equal(start, Convert.ToHexStringLower(blob.AsSpan(0, 48)));
        Assert.Equal(hash, Convert.ToHexStringLower(found));
    }

    [Fact]
    public async Task Encrypt_SameFileTwice_SameBytesAndForAnotherAccountOthers()
    {
        byte[] file = AttachmentFiles.File(100_000);
        using SessionIdentity sender = AttachmentFiles.Sender();
        using SessionIdentity other = SessionIdentity.Create();
        using AttachmentKey first = AttachmentKey.Derive(sender, AttachmentPurpose.Attachment, file);
        using AttachmentKey again = AttachmentKey.Derive(sender, AttachmentPurpose.Attachment, file);
        using AttachmentKey others = AttachmentKey.Derive(other, AttachmentPurpose.Attachment, file);

        byte[] blob = (await AttachmentFiles.EncryptAsync(first, file)).Blob;
        Assert.Equal(blob, (await AttachmentFiles.EncryptAsync(again, file)).Blob);
        Assert.NotEqual(blob, (await AttachmentFiles.EncryptAsync(others, file)).Blob);
    }

    [Fact]
    public void EncryptedSize_EveryKindOfSize_IsAMultipleOfItsStepAndGrows()
    {
        int before = 0;
        for (int size = 0; size <= StreamLayout.MaxSize; size += size < 300_000 ? 1 : 997)
        {
            int blob = StreamLayout.EncryptedSize(size);
            Assert.True(StreamLayout.PaddingSize(size) >= 1 && blob % 4096 == 0 && blob >= before, $"size {size}");
            before = blob;
        }

        Assert.Equal(10_223_616, AttachmentCipher.EncryptedSize(AttachmentScheme.Stream, AttachmentCipher.MaxSize(AttachmentScheme.Stream)));
    }

    [Fact]
    public Task Decrypt_AnyFileInAnyPieces_ReturnsIt() => Gen.Select(Gen.Int[0, 200_000], Gen.Int[1, 70_000]).SampleAsync(
        async (size, step) =>
        {
            byte[] file = AttachmentFiles.File(size);
            using SessionIdentity sender = AttachmentFiles.Sender();
            using AttachmentKey key = AttachmentKey.Derive(sender, AttachmentPurpose.Attachment, file);
            (byte[] blob, AttachmentPointer pointer) = await AttachmentFiles.EncryptAsync(key, file);

            using var output = new MemoryStream();
            AttachmentResult result = await AttachmentCipher.DecryptAsync(pointer, new SlowStream(blob, step), PipeWriter.Create(output), CancellationToken.None);
            Assert.Equal(new AttachmentResult(AttachmentStatus.Complete, size), result);
            Assert.Equal(file, output.ToArray());
        },
        iter: 30);

    [Fact]
    public async Task Decrypt_ChangedOrCutAnywhere_IsNeverComplete()
    {
        byte[] file = AttachmentFiles.File(70_000);
        using SessionIdentity sender = AttachmentFiles.Sender();
        using AttachmentKey key = AttachmentKey.Derive(sender, AttachmentPurpose.Attachment, file);
        (byte[] blob, AttachmentPointer pointer) = await AttachmentFiles.EncryptAsync(key, file);
        for (int i = 0; i < blob.Length; i += 1_009)
        {
            byte[] changed = [.. blob];
            changed[i] ^= 1;
            Assert.False((await AttachmentFiles.DecryptAsync(pointer, changed)).Result.IsComplete, $"byte {i}");
            (AttachmentResult result, byte[] written) = await AttachmentFiles.DecryptAsync(pointer, blob[..i]);
            Assert.False(result.IsComplete, $"cut at {i}");
            Assert.Equal(file[..written.Length], written);
        }
    }

    [Theory]
    [InlineData(StreamLayout.PrefixSize + StreamLayout.EncryptedChunkSize, AttachmentStatus.Truncated)]
    [InlineData(StreamLayout.PrefixSize + StreamLayout.EncryptedChunkSize + 5, AttachmentStatus.Truncated)]
    [InlineData(StreamLayout.PrefixSize, AttachmentStatus.TooShort)]
    [InlineData(3, AttachmentStatus.TooShort)]
    public async Task Decrypt_CutBetweenChunks_SaysSo(int length, AttachmentStatus expected)
    {
        byte[] file = AttachmentFiles.File(70_000);
        using SessionIdentity sender = AttachmentFiles.Sender();
        using AttachmentKey key = AttachmentKey.Derive(sender, AttachmentPurpose.Attachment, file);
        (byte[] blob, AttachmentPointer pointer) = await AttachmentFiles.EncryptAsync(key, file);
        Assert.Equal(expected, (await AttachmentFiles.DecryptAsync(pointer, blob[..length])).Result.Status);
    }

    [Fact]
    public async Task Decrypt_ChunksSwappedOrRepeated_IsNotAuthentic()
    {
        byte[] file = AttachmentFiles.File(100_000);
        using SessionIdentity sender = AttachmentFiles.Sender();
        using AttachmentKey key = AttachmentKey.Derive(sender, AttachmentPurpose.Attachment, file);
        (byte[] blob, AttachmentPointer pointer) = await AttachmentFiles.EncryptAsync(key, file);
        byte[] prefix = blob[..StreamLayout.PrefixSize];
        byte[][] chunks = [.. blob.Skip(prefix.Length).Chunk(StreamLayout.EncryptedChunkSize)];

        byte[] swapped = [.. prefix, .. chunks[1], .. chunks[0], .. chunks.Skip(2).SelectMany(c => c)];
        byte[] repeated = [.. blob, .. chunks[^1]];
        Assert.Equal(AttachmentStatus.NotAuthentic, (await AttachmentFiles.DecryptAsync(pointer, swapped)).Result.Status);
        Assert.False((await AttachmentFiles.DecryptAsync(pointer, repeated)).Result.IsComplete);
    }

    [Fact]
    public async Task Decrypt_FullLastChunkWithMoreBehindIt_IsTrailingData()
    {
        byte[] key = AttachmentFiles.File(32);
        byte[] header = AttachmentFiles.File(24);
        byte[] plain = new byte[StreamLayout.ChunkSize];
        plain[0] = 1;
        byte[] chunk = new byte[StreamLayout.EncryptedChunkSize];
        using (var stream = new SecretStream(key, header))
        {
            stream.Push(plain, SecretStream.FinalTag, chunk);
        }

        var pointer = new AttachmentPointer { Url = "http://a/file/1#d=", Key = key };
        byte[] blob = [StreamLayout.TypeByte, .. header, .. chunk];
        Assert.Equal(new AttachmentResult(AttachmentStatus.Complete, StreamLayout.ChunkSize - 1), (await AttachmentFiles.DecryptAsync(pointer, blob)).Result);
        Assert.Equal(new AttachmentResult(AttachmentStatus.TrailingData, 0), (await AttachmentFiles.DecryptAsync(pointer, [.. blob, 0])).Result);
    }

    [Theory]
    [InlineData(5, AttachmentStatus.Complete)]
    [InlineData(3, AttachmentStatus.WrongSize)]
    [InlineData(6, AttachmentStatus.WrongSize)]
    [InlineData(0, AttachmentStatus.Complete)]
    [InlineData(uint.MaxValue, AttachmentStatus.WrongSize)]
    public async Task Decrypt_SizeInThePointer_IsChecked(long size, AttachmentStatus expected)
    {
        byte[] file = [1, 2, 3, 4, 5];
        using SessionIdentity sender = AttachmentFiles.Sender();
        using AttachmentKey key = AttachmentKey.Derive(sender, AttachmentPurpose.Attachment, file);
        (byte[] blob, AttachmentPointer pointer) = await AttachmentFiles.EncryptAsync(key, file);
        Assert.Equal(expected, (await AttachmentFiles.DecryptAsync(pointer with { Size = size }, blob)).Result.Status);
    }

    [Fact]
    public async Task Decrypt_ZerosBeyondTheSize_AreCut()
    {
        byte[] file = [1, 2, 3, 0, 0];
        using SessionIdentity sender = AttachmentFiles.Sender();
        using AttachmentKey key = AttachmentKey.Derive(sender, AttachmentPurpose.Attachment, file);
        (byte[] blob, AttachmentPointer pointer) = await AttachmentFiles.EncryptAsync(key, file);
        (AttachmentResult result, byte[] written) = await AttachmentFiles.DecryptAsync(pointer with { Size = 3 }, blob);
        Assert.Equal(new AttachmentResult(AttachmentStatus.Complete, 3), result);
        Assert.Equal<byte>([1, 2, 3], written);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(64)]
    public async Task Decrypt_KeyOfAnotherLength_IsABadKey(int length)
    {
        var pointer = new AttachmentPointer { Url = "http://a/file/1#d", Key = new byte[length] };
        Assert.Equal(AttachmentStatus.BadKey, (await AttachmentFiles.DecryptAsync(pointer, new byte[100])).Result.Status);
    }

    [Theory]
    [InlineData(9)]
    [InlineData(11)]
    public async Task Encrypt_FileChangedItsSize_IsRefused(int size)
    {
        using SessionIdentity sender = AttachmentFiles.Sender();
        using AttachmentKey key = AttachmentKey.Derive(sender, AttachmentPurpose.Attachment, AttachmentFiles.File(10));
        await Assert.ThrowsAsync<ArgumentException>(() => AttachmentFiles.EncryptAsync(key, AttachmentFiles.File(size)));
    }

    [Fact]
    public async Task Derive_TooLargeAFile_IsRefusedBeforeItsEnd()
    {
        using SessionIdentity sender = AttachmentFiles.Sender();
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            async () => await AttachmentKey.DeriveAsync(sender, AttachmentPurpose.Attachment, PipeReader.Create(new PatternStream(long.MaxValue)), TestContext.Current.CancellationToken));
    }
}
