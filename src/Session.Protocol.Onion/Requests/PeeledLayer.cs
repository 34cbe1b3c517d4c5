using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Session.Protocol.Accounts;
using Session.Protocol.Onion.Json;

namespace Session.Protocol.Onion.Requests;

/// <summary>What a node finds inside its layer and what it has to do with it (protocol/22 §4).</summary>
public abstract record PeeledLayer
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
        layer = null;
        if (!OnionHopRequest.TrySplit(plaintext, out ReadOnlyMemory<byte> data, out ReadOnlyMemory<byte> json) || !JsonText.TryParse(json, out JsonDocument? document))
        {
            return false;
        }

        using (document)
        {
            JsonElement control = document.RootElement;
            return JsonText.TryGet(control, "headers", out _) ? TryReadFinal(data, control, out layer)
                : JsonText.TryGet(control, "host", out _) ? TryReadServer(plaintext, control, out layer)
                : TryReadRelay(data, control, out layer);
        }
    }

    private static bool TryReadFinal(ReadOnlyMemory<byte> data, JsonElement control, [NotNullWhen(true)] out PeeledLayer? layer)
    {
        layer = null;
        if (!TryReadFlag(control, "json", false, out bool json) || !TryReadFlag(control, "base64", true, out bool base64))
        {
            return false;
        }

        layer = new Final(data, json, base64);
        return true;
    }

    private static bool TryReadServer(ReadOnlyMemory<byte> plaintext, JsonElement control, [NotNullWhen(true)] out PeeledLayer? layer)
    {
        layer = null;
        string protocol = "https";
        int port = DefaultPort;
        if (!JsonText.TryGetText(control, "host", out string? host) || !JsonText.TryGetText(control, "target", out string? target)
            || (JsonText.TryGet(control, "protocol", out JsonElement named) && !JsonText.TryReadText(named, out protocol!))
            || (JsonText.TryGet(control, "port", out _) && (!JsonText.TryGetInt32(control, "port", out port) || port is < 0 or > ushort.MaxValue)))
        {
            return false;
        }

        layer = new ToServer(protocol, host, port, target, plaintext);
        return true;
    }

    private static bool TryReadRelay(ReadOnlyMemory<byte> data, JsonElement control, [NotNullWhen(true)] out PeeledLayer? layer)
    {
        layer = null;
        if (!JsonText.TryGetText(control, "destination", out string? next) || !Ed25519PublicKey.TryParse(next, out Ed25519PublicKey key)
            || !OnionHopRequest.TryRead(data, control, out OnionHopRequest? request))
        {
            return false;
        }

        layer = new ToNode(key, request);
        return true;
    }

    private static bool TryReadFlag(JsonElement control, string name, bool absent, out bool flag)
    {
        flag = absent;
        if (!JsonText.TryGet(control, name, out JsonElement value))
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
