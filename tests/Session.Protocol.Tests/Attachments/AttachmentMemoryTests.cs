using System.IO.Pipelines;
using Session.Protocol.Accounts;
using Session.Protocol.Attachments;
using Session.Protocol.Messages;

namespace Session.Protocol.Tests.Attachments;

/// <summary>Counts what the whole process allocates, so it runs while no other test does.</summary>
[CollectionDefinition(nameof(AttachmentMemoryTests), DisableParallelization = true)]
[Collection(nameof(AttachmentMemoryTests))]
public class AttachmentMemoryTests
{
    [Theory]
    [InlineData(AttachmentScheme.Stream)]
    [InlineData(AttachmentScheme.Legacy)]
    public async Task EncryptAndDecrypt_TenMegabytes_TakeConstantMemory(AttachmentScheme scheme)
    {
        const int Size = 9_900_000;
        using SessionIdentity sender = AttachmentFiles.Sender();
        string path = Path.GetTempFileName();
        try
        {
            await RoundTripAsync(sender, scheme, Size, path); // pools and code are warm afterwards
            long before = GC.GetTotalAllocatedBytes(precise: true);
            await RoundTripAsync(sender, scheme, Size, path);
            long allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
            Assert.True(allocated < 1_500_000, $"{allocated} bytes for {Size}");
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static async Task RoundTripAsync(SessionIdentity sender, AttachmentScheme scheme, int size, string path)
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        using AttachmentKey key = scheme == AttachmentScheme.Stream
            ? await AttachmentKey.DeriveAsync(sender, AttachmentPurpose.Attachment, PipeReader.Create(new PatternStream(size)), cancellation)
            : AttachmentKey.CreateLegacy(size);
        ReadOnlyMemory<byte> digest;
        await using (FileStream blob = File.Create(path))
        {
            digest = await AttachmentCipher.EncryptAsync(key, PipeReader.Create(new PatternStream(size)), PipeWriter.Create(blob), cancellation);
            Assert.Equal(key.EncryptedSize, blob.Length);
        }

        var pointer = new AttachmentPointer { Url = scheme == AttachmentScheme.Stream ? "http://a/file/1#d" : "http://a/file/1", Key = key.Key.ToArray(), Digest = digest, Size = size };
        await using FileStream read = File.OpenRead(path);
        AttachmentResult result = await AttachmentCipher.DecryptAsync(pointer, read, PipeWriter.Create(Stream.Null), cancellation);
        Assert.Equal(new AttachmentResult(AttachmentStatus.Complete, size), result);
    }
}
