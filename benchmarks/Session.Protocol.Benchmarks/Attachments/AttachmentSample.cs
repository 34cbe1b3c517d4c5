using System.IO.Pipelines;
using Session.Protocol.Accounts;
using Session.Protocol.Attachments;
using Session.Protocol.Benchmarks.Floors;
using Session.Protocol.Messages;

namespace Session.Protocol.Benchmarks.Attachments;

/// <summary>A file of one size, encrypted, in streams over fixed memory: what is measured is the library and not a disk.</summary>
internal sealed class AttachmentSample
{
    private static readonly StreamPipeReaderOptions ReaderOptions = new(bufferSize: 64 * 1024, leaveOpen: true);
    private static readonly StreamPipeWriterOptions WriterOptions = new(minimumBufferSize: 64 * 1024, leaveOpen: true);

    private readonly SessionIdentity _sender = SessionIdentity.FromSeed("benchmark sender"u8);
    private readonly AttachmentKey _key;
    private readonly MemoryStream _file;
    private readonly MemoryStream _blob;
    private readonly MemoryStream _output;
    private readonly AttachmentPointer _pointer;

    public AttachmentSample(AttachmentScheme scheme, int size)
    {
        byte[] file = new byte[size];
        Random.Shared.NextBytes(file);
        _file = new MemoryStream(file);
        _key = scheme == AttachmentScheme.Stream ? AttachmentKey.Derive(_sender, AttachmentPurpose.Attachment, file) : AttachmentKey.CreateLegacy(size);
        byte[] output = new byte[_key.EncryptedSize];
        _output = new MemoryStream(output);
        ReadOnlyMemory<byte> digest = Encrypt();
        _blob = new MemoryStream([.. output]);
        _pointer = new AttachmentPointer { Url = scheme == AttachmentScheme.Stream ? "http://a/file/1#d" : "http://a/file/1", Key = _key.Key.ToArray(), Digest = digest, Size = size };
        Raw = new RawAttachment(output.Length);
    }

    public RawAttachment Raw { get; }

    public ReadOnlyMemory<byte> Encrypt()
    {
        _file.Position = _output.Position = 0;
        PipeReader reader = PipeReader.Create(_file, ReaderOptions);
        PipeWriter writer = PipeWriter.Create(_output, WriterOptions);
        ReadOnlyMemory<byte> digest = AttachmentCipher.EncryptAsync(_key, reader, writer).AsTask().GetAwaiter().GetResult();
        reader.Complete();
        writer.Complete();
        return digest;
    }

    public void Derive()
    {
        _file.Position = 0;
        PipeReader reader = PipeReader.Create(_file, ReaderOptions);
        using AttachmentKey key = AttachmentKey.DeriveAsync(_sender, AttachmentPurpose.Attachment, reader).AsTask().GetAwaiter().GetResult();
        reader.Complete();
    }

    public void Decrypt()
    {
        _blob.Position = _output.Position = 0;
        PipeWriter writer = PipeWriter.Create(_output, WriterOptions);
        AttachmentResult result = AttachmentCipher.DecryptAsync(_pointer, _blob, writer).AsTask().GetAwaiter().GetResult();
        writer.Complete();
        if (!result.IsComplete)
        {
            throw new InvalidOperationException($"The sample does not open: {result.Status}.");
        }
    }
}
