using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Session.Protocol.Accounts;
using Session.Protocol.Onion.Swarms;

namespace Session.Protocol.Onion.Storage.Wire;

/// <summary>Writes requests as JSON with a fixed order of members.</summary>
internal static class RequestWriter
{
    /// <summary>A request without a message in it.</summary>
    public const int SmallRequest = 512;

    private const int SignatureSize = 64;

    // Hashes and base64 hold '+', which the default encoder would blow up to six characters.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    public static ReadOnlyMemory<byte> ToBody(StorageRequest request, long timestamp)
    {
        var buffer = new ArrayBufferWriter<byte>(request.SizeHint);
        using (var writer = new Utf8JsonWriter(buffer, Options))
        {
            Write(writer, request, timestamp);
        }

        return buffer.WrittenMemory;
    }

    /// <summary>The object <c>{"method":…,"params":{…}}</c>, alone or as part of a batch.</summary>
    public static void Write(Utf8JsonWriter writer, StorageRequest request, long timestamp)
    {
        writer.WriteStartObject();
        writer.WriteString("method"u8, request.Method);
        writer.WriteStartObject("params"u8);
        request.WriteParameters(writer, timestamp);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    public static void WriteAccount(this Utf8JsonWriter writer, AccountId account) => writer.WriteString("pubkey"u8, account.ToString());

    /// <summary>The namespace, or <c>all</c> for null.</summary>
    public static void WriteNamespace(this Utf8JsonWriter writer, SwarmNamespace? space)
    {
        if (space is { } one)
        {
            writer.WriteNumber("namespace"u8, one.Value);
        }
        else
        {
            writer.WriteString("namespace"u8, "all"u8);
        }
    }

    public static void WriteHashes(this Utf8JsonWriter writer, IReadOnlyList<string> hashes)
    {
        writer.WriteStartArray("messages"u8);
        foreach (string hash in hashes)
        {
            writer.WriteStringValue(hash);
        }

        writer.WriteEndArray();
    }

    /// <summary>The signature of a text and what a node needs to check it.</summary>
    public static void WriteSignature(this Utf8JsonWriter writer, SwarmCredentials credentials, ReadOnlySpan<byte> text)
    {
        Span<byte> signature = stackalloc byte[SignatureSize];
        credentials.Sign(text, signature);
        credentials.WriteProof(writer);
        writer.WriteBase64String("signature"u8, signature);
    }
}
