using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Session.Protocol.LocalNetwork.Rpc;

/// <summary>JSON as the storage server writes it: compact, <c>+</c> and <c>/</c> of base64 not escaped.</summary>
internal static class JsonText
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Write(JsonNode node)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Options))
        {
            node.WriteTo(writer);
        }

        return buffer.WrittenSpan.ToArray();
    }

    public static JsonArray Array(IEnumerable<string> texts) => new([.. texts.Select(text => (JsonNode)JsonValue.Create(text))]);

    public static JsonArray Array(IEnumerable<long> numbers) => new([.. numbers.Select(number => (JsonNode)JsonValue.Create(number))]);
}
