using System.IO.Pipelines;
using Session.Protocol.Accounts;
using Session.Protocol.Attachments;
using Session.Protocol.Messages;

namespace Session.Protocol.Tests.Attachments;

/// <summary>Short forms for tests with whole files in memory.</summary>
internal static class AttachmentFiles
{
    public static SessionIdentity Sender() => SessionIdentity.FromSeed([.. Enumerable.Range(0, SessionIdentity.SeedSize).Select(i => (byte)i)]);

    public static byte[] File(int size) => [.. Enumerable.Range(0, size).Select(i => (byte)(7L * i % 256))];

    public static async Task<(byte[] Blob, AttachmentPointer Pointer)> EncryptAsync(AttachmentKey key, byte[] file)
    {
        using var blob = new MemoryStream();
        ReadOnlyMemory<byte> digest = await AttachmentCipher.EncryptAsync(
            key, PipeReader.Create(new MemoryStream(file)), PipeWriter.Create(blob), TestContext.Current.CancellationToken);
        string mark = key.Scheme == AttachmentScheme.Stream ? "#d" : string.Empty;
        return (blob.ToArray(), new AttachmentPointer { Url = $"http://example.org/file/1{mark}", Key = key.Key.ToArray(), Digest = digest, Size = file.Length });
    }

    public static async Task<(AttachmentResult Result, byte[] File)> DecryptAsync(AttachmentPointer pointer, byte[] blob)
    {
        using var file = new MemoryStream();
        AttachmentResult result = await AttachmentCipher.DecryptAsync(pointer, new MemoryStream(blob), PipeWriter.Create(file), TestContext.Current.CancellationToken);
        return (result, file.ToArray());
    }
}
