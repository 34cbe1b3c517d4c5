using System.Runtime.InteropServices;
using System.Text.Json;
using Session.Protocol.Onion.Json;
using Session.Protocol.Onion.Storage.Results;
using Session.Protocol.Onion.Storage.Wire;

namespace Session.Protocol.Onion.Storage;

/// <summary>Asks the blockchain daemon behind a node; nodes pass on two calls only (protocol/21 §7.13).</summary>
internal sealed class OxendRequest : StorageRequest<OxendResult>
{
    private const int NameHashSize = 32;

    private readonly string _endpoint;
    private readonly Action<Utf8JsonWriter> _writeParameters;

    private OxendRequest(string endpoint, Action<Utf8JsonWriter> writeParameters)
    {
        _endpoint = endpoint;
        _writeParameters = writeParameters;
    }

    internal override string Method => "oxend_request";

    /// <summary>The list of active service nodes, with what <see cref="Nodes.ServiceNode"/> holds of each (protocol/20 §3.1).</summary>
    /// <returns>The request.</returns>
    public static OxendRequest GetServiceNodes() => new("get_service_nodes", static writer =>
    {
        writer.WriteBoolean("active_only"u8, true);
        writer.WriteStartObject("fields"u8);
        writer.WriteBoolean("public_ip"u8, true);
        writer.WriteBoolean("storage_port"u8, true);
        writer.WriteBoolean("pubkey_x25519"u8, true);
        writer.WriteBoolean("pubkey_ed25519"u8, true);
        writer.WriteBoolean("swarm_id"u8, true);
        writer.WriteEndObject();
    });

    /// <summary>The record of an Oxen name that stands for an account id.</summary>
    /// <param name="nameHash">BLAKE2b-256 of the lower-case name, 32 bytes.</param>
    /// <returns>The request.</returns>
    /// <exception cref="ArgumentException">Not 32 bytes.</exception>
    public static OxendRequest ResolveName(ReadOnlySpan<byte> nameHash)
    {
        if (nameHash.Length != NameHashSize)
        {
            throw new ArgumentException($"Expected {NameHashSize} bytes, got {nameHash.Length}.", nameof(nameHash));
        }

        string hash = Convert.ToBase64String(nameHash);
        return new("ons_resolve", writer =>
        {
            writer.WriteNumber("type"u8, 0);
            writer.WriteString("name_hash"u8, hash);
        });
    }

    internal override void WriteParameters(Utf8JsonWriter writer, long timestamp)
    {
        writer.WriteString("endpoint"u8, _endpoint);
        writer.WriteStartObject("params"u8);
        _writeParameters(writer);
        writer.WriteEndObject();
    }

    internal override OxendResult? ReadValue(JsonElement body, ReplyContext context) => body.TryGet("result"u8, JsonValueKind.Object, out JsonElement result)
        ? new OxendResult(JsonMarshal.GetRawUtf8Value(result).ToArray())
        : null;
}
