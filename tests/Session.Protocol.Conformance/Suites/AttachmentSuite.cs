using System.IO.Pipelines;
using System.Text.Json;
using Session.Protocol.Accounts;
using Session.Protocol.Attachments;
using Session.Protocol.Cryptography;
using Session.Protocol.Messages;

namespace Session.Protocol.Conformance.Suites;

/// <summary>The stream encryption of files: derived keys, sizes, every byte of the result, and what must be refused.</summary>
public sealed class AttachmentSuite : IVectorSuite
{
    private const string StreamUrl = "http://example.com/file/1#d";

    public IReadOnlyList<string> Files { get; } = ["v2-attachments"];

    public IEnumerable<VectorCase> Read(JsonElement root)
    {
        foreach (JsonElement item in root.GetProperty("cases").EnumerateArray())
        {
            yield return new VectorCase(item.Text("name"), () => Run(item));
        }
    }

    private static CaseOutcome Run(JsonElement item) => item.Text("op") switch
    {
        "attachment-size" => CheckSize(item),
        "attachment-encrypt" => Encrypt(item),
        "attachment-decrypt" => Decrypt(item),
        _ => CaseOutcome.Skipped($"op {item.Text("op")} is not implemented"),
    };

    private static CaseOutcome CheckSize(JsonElement item)
    {
        int size = item.GetProperty("data_size").GetInt32();
        int padding = item.GetProperty("padding").GetInt32();
        long expected = item.GetProperty("encrypted_size").GetInt64();
        return CaseOutcome.When(
            StreamLayout.PaddingSize(size) == padding && AttachmentCipher.EncryptedSize(AttachmentScheme.Stream, size) == expected,
            $"padding {StreamLayout.PaddingSize(size)}, size {AttachmentCipher.EncryptedSize(AttachmentScheme.Stream, size)}");
    }

    private static CaseOutcome Encrypt(JsonElement item)
    {
        byte[] data = DataOf(item);
        using SessionIdentity sender = SessionIdentity.FromSeed(item.Hex("seed").AsSpan(0, SessionIdentity.SeedSize));
        var purpose = (AttachmentPurpose)item.GetProperty("domain").GetInt32();
        using AttachmentKey key = AttachmentKey.DeriveAsync(sender, purpose, PipeReader.Create(new MemoryStream(data))).AsTask().GetAwaiter().GetResult();
        using AttachmentKey again = AttachmentKey.Derive(sender, purpose, data);

        using var output = new MemoryStream();
        PipeWriter blobPipe = PipeWriter.Create(output);
        _ = AttachmentCipher.EncryptAsync(key, PipeReader.Create(new MemoryStream(data)), blobPipe).AsTask().GetAwaiter().GetResult();
        byte[] blob = output.ToArray();
        byte[] hash = new byte[32];
        Blake2b.Hash(blob, hash);
        return CaseOutcome.All(
            CaseOutcome.WhenEqual("header", item.Hex("header"), key.Start),
            CaseOutcome.WhenEqual("key", item.Hex("key"), key.Key),
            CaseOutcome.WhenEqual("key derived in one piece", item.Hex("key"), again.Key),
            CheckSize(item),
            CaseOutcome.WhenEqual("first", item.HexOrNull("first64") ?? [], blob.AsSpan(0, item.HexOrNull("first64")?.Length ?? 0)),
            CaseOutcome.WhenEqual("last", item.HexOrNull("last64") ?? [], blob.AsSpan(blob.Length - (item.HexOrNull("last64")?.Length ?? 0))),
            CaseOutcome.WhenEqual("encrypted", item.HexOrNull("encrypted") ?? blob, blob),
            CaseOutcome.WhenEqual("hash of the blob", item.Hex("encrypted_blake2b256"), hash),
            DecryptTo(data, blob, key.Key.ToArray()));
    }

    private static CaseOutcome Decrypt(JsonElement item) =>
        DecryptTo(item.Text("expect") == "ok" ? item.Hex("data") : null, item.Hex("encrypted"), item.Hex("key"));

    private static CaseOutcome DecryptTo(byte[]? expected, byte[] blob, byte[] key)
    {
        using var output = new MemoryStream();
        PipeWriter data = PipeWriter.Create(output);
        var pointer = new AttachmentPointer { Url = StreamUrl, Key = key };
        AttachmentResult result = AttachmentCipher.DecryptAsync(pointer, new MemoryStream(blob), data).AsTask().GetAwaiter().GetResult();
        return expected is null
            ? CaseOutcome.When(!result.IsComplete, "accepted")
            : CaseOutcome.All(CaseOutcome.When(result.IsComplete, result.ToString()), CaseOutcome.WhenEqual("data", expected, output.ToArray()));
    }

    private static byte[] DataOf(JsonElement item)
    {
        byte[] data = new byte[item.GetProperty("data_size").GetInt32()];
        int mul = item.GetProperty("mul").GetInt32();
        int add = item.GetProperty("add").GetInt32();
        for (int i = 0; i < data.Length; i++)
        {
            data[i] = (byte)((((long)i * mul) + add) % 256);
        }

        return data;
    }
}
