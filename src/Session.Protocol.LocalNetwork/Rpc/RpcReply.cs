using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Session.Protocol.LocalNetwork.Rpc;

/// <summary>Answer of the storage RPC: a status and JSON, plain text or bytes.</summary>
internal sealed class RpcReply
{
    private readonly JsonNode? _json;
    private readonly string? _text;
    private readonly byte[]? _bytes;

    private RpcReply(int status, JsonNode? json, string? text, byte[]? bytes)
    {
        Status = status;
        _json = json;
        _text = text;
        _bytes = bytes;
    }

    public int Status { get; }

    public bool IsSuccess => Status is >= 200 and < 300;

    /// <summary>The JSON of the answer, or null; a fault may change it.</summary>
    public JsonNode? Body => _json;

    public string Text => _text ?? string.Empty;

    public string ContentType => _json is not null ? "application/json" : _bytes is not null ? "application/octet-stream" : "text/plain";

    public static RpcReply Json(int status, JsonNode json) => new(status, json, null, null);

    public static RpcReply Refuse(int status, string text) => new(status, null, text, null);

    public static RpcReply Binary(byte[] bytes) => new(200, null, null, bytes);

    /// <summary>The body of an HTTP answer.</summary>
    public byte[] ToBody() => _json is not null ? JsonText.Write(_json) : _bytes ?? Encoding.UTF8.GetBytes(Text);

    /// <summary>The body inside a batch or an onion answer with <c>json</c>: bytes become base64. Call it once: the node then belongs to its parent.</summary>
    public JsonNode ToNode() => _json ?? JsonValue.Create(_bytes is not null ? Convert.ToBase64String(_bytes) : Text);
}
