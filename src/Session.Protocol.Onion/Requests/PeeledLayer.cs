using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Session.Protocol.Accounts;
using Session.Protocol.Onion.Json;

namespace Session.Protocol.Onion.Requests;

/// <summary>What a node finds inside its layer and what it has to do with it (protocol/22 §4).</summary>
internal abstract record PeeledLayer
{
    private const int DefaultPort = 443;

    private PeeledLayer()
    {
    }

    /// <summary>Reads the plaintext of a node's layer: <c>headers</c> makes it the last node, else <c>host</c> the exit to a server, else a relay.</summary>
    /// <param name="plaintext">The decrypted layer.</param>
    /// <param name="layer">What to do.</param>
    /// <returns>False when it is none of the three; the node answers <c>Invalid json</c>.</returns>
    public static bool TryParse(ReadOnlyMemory<byte> plaintext, [NotNullWhen(true)] out PeeledLayer? layer)
    {
        layer = OnionHopRequest.TrySplit(plaintext, out ReadOnlyMemory<byte> data, out ReadOnlyMemory<byte> json)
            ? JsonText.Read(json, control => Read(plaintext, data, json, control))
            : null;
        return layer is not null;
    }

    private static PeeledLayer? Read(ReadOnlyMemory<byte> plaintext, ReadOnlyMemory<byte> data, ReadOnlyMemory<byte> json, JsonElement control) =>
        control.TryGet("headers"u8, out _) ? ReadFinal(data, control)
        : control.TryGet("host"u8, out _) ? ReadServer(plaintext, control)
        : ReadRelay(data, json, control);

    private static Final? ReadFinal(ReadOnlyMemory<byte> data, JsonElement control) =>
        TryReadFlag(control, "json"u8, false, out bool json) && TryReadFlag(control, "base64"u8, true, out bool base64) ? new Final(data, json, base64) : null;

    private static ToServer? ReadServer(ReadOnlyMemory<byte> plaintext, JsonElement control)
    {
        string? protocol = "https";
        long? port = control.TryGet("port"u8, out _) ? control.GetInteger("port"u8) : DefaultPort;
        if (!control.TryGetText("host"u8, out string? host) || !control.TryGetText("target"u8, out string? target)
            || (control.TryGet("protocol"u8, out JsonElement named) && !named.TryReadText(out protocol))
            || port is not (>= 0 and <= ushort.MaxValue))
        {
            return null;
        }

        return new ToServer(protocol, host, (int)port, target, plaintext);
    }

    private static ToNode? ReadRelay(ReadOnlyMemory<byte> data, ReadOnlyMemory<byte> json, JsonElement control) =>
        control.TryGetText("destination"u8, out string? next) && Ed25519PublicKey.TryParse(next, out Ed25519PublicKey key)
        && OnionHopRequest.Read(data, json.Span) is { } request
            ? new ToNode(key, request)
            : null;

    private static bool TryReadFlag(JsonElement control, ReadOnlySpan<byte> name, bool absent, out bool flag)
    {
        flag = absent;
        if (!control.TryGet(name, out JsonElement value))
        {
            return true;
        }

        flag = value.ValueKind == JsonValueKind.True;
        return value.ValueKind is JsonValueKind.True or JsonValueKind.False;
    }

    /// <summary>This node is the destination.</summary>
    /// <param name="Payload">The storage RPC request in JSON.</param>
    /// <param name="Json">The reply's body is a JSON value, not text that holds JSON.</param>
    /// <param name="Base64">The encrypted reply goes out as base64.</param>
    public sealed record Final(ReadOnlyMemory<byte> Payload, bool Json, bool Base64) : PeeledLayer;

    /// <summary>This node is the exit: it posts <see cref="Plaintext"/> as it is to the server.</summary>
    /// <param name="Protocol"><c>https</c> or <c>http</c>, as the client wrote it.</param>
    /// <param name="Host">Host name or address.</param>
    /// <param name="Port">Port.</param>
    /// <param name="Target">Path; the node must check it.</param>
    /// <param name="Plaintext">The whole decrypted layer.</param>
    public sealed record ToServer(string Protocol, string Host, int Port, string Target, ReadOnlyMemory<byte> Plaintext) : PeeledLayer;

    /// <summary>This node passes the request on.</summary>
    /// <param name="Next">The next node's Ed25519 key.</param>
    /// <param name="Request">What the next node takes in; the node sets the hop number.</param>
    public sealed record ToNode(Ed25519PublicKey Next, OnionHopRequest Request) : PeeledLayer;
}
