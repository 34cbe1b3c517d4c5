using System.IO.Pipelines;
using Session.Protocol.Attachments;
using Session.Protocol.Messages;

namespace Session.Protocol.Fuzz.Targets;

/// <summary>
/// An encrypted file with its pointer: first byte chooses scheme and form, then 64 bytes of key, then the blob. One form encrypts
/// the input itself, so that padding and tags behind the encryption are reached.
/// </summary>
internal sealed class AttachmentTarget : IFuzzTarget
{
    private const int KeySize = AttachmentKey.LegacyKeySize;

    public static string Name => "attachment";

    public static void Fuzz(ReadOnlySpan<byte> input)
    {
        if (input.Length <= KeySize)
        {
            return;
        }

        byte form = input[0];
        ReadOnlySpan<byte> key = input.Slice(1, KeySize);
        byte[] blob = input[(1 + KeySize)..].ToArray();
        if ((form & 1) == 0)
        {
            Decrypt("http://a/file/1", key, blob, form);
            return;
        }

        ReadOnlySpan<byte> streamKey = key[..AttachmentKey.StreamKeySize];
        Decrypt("http://a/file/1#d", streamKey, (form & 2) == 0 ? blob : Seal(streamKey, blob, form), form);
    }

    private static void Decrypt(string url, ReadOnlySpan<byte> key, byte[] blob, byte form)
    {
        var pointer = new AttachmentPointer { Url = url, Key = key.ToArray(), Size = (form >> 2) & 15 };
        using var file = new MemoryStream();
        AttachmentResult result = AttachmentCipher.DecryptAsync(pointer, new MemoryStream(blob), PipeWriter.Create(file)).AsTask().GetAwaiter().GetResult();
        FuzzFinding.Require(file.Length == result.Size && result.Size <= blob.Length, "The result does not tell what was written.");
        FuzzFinding.Require(!result.IsComplete || pointer.Size == 0 || pointer.Size == result.Size, "Complete, but of another size than promised.");
    }

    // One chunk of a sender who knows the key and writes what he likes.
    private static byte[] Seal(ReadOnlySpan<byte> key, byte[] plain, byte form)
    {
        byte[] blob = new byte[StreamLayout.PrefixSize + plain.Length + Cryptography.SecretStream.Overhead];
        blob[0] = StreamLayout.TypeByte;
        using var stream = new Cryptography.SecretStream(key, blob.AsSpan(1, Cryptography.SecretStream.HeaderSize));
        stream.Push(plain, (byte)(form >> 6), blob.AsSpan(StreamLayout.PrefixSize));
        return blob;
    }
}
