using System.Text.Json.Nodes;
using Session.Protocol.LocalNetwork.Rpc;
using Session.Protocol.LocalNetwork.Seeds;

namespace Session.Protocol.LocalNetwork.Tests.Transcripts;

/// <summary>
/// The identities of the recorded network, and their translation: whatever names a node, in a recorded or in a local answer, becomes
/// the same word such as <c>n3</c>. The recorded secret keys are unknown, so the local nodes have keys of their own.
/// </summary>
internal sealed class RecordedNodes
{
    /// <summary>Ed25519 keys of n0 to n8, as get_swarm answers, swarm maps and onion notes show them.</summary>
    public static readonly string[] Ed25519Keys =
    [
        "d66d1d65942f27d8ac4b8ea2d49f353158e9277d48ed2d5a72641bc58ce0f795", "06fb78cc87e31a88b1c72d6de5ad7ba8e4bf2016009978138bdad10949878720",
        "0fe9bc8a9fbb229acd85d3de2c97aa6802181c5afd322127e60582a6af0a97e4", "0851208c811140a4a9118e7b7a5bc6a4d6983e0dfe05499cfa7e5b7bcb77141d",
        "e9a53b46f9cc59100d3580e71f417e768db0936967a8dc7311c861ead12cddac", "7a4e607d638ad6cd350b7f6fcbf0786975aba82adf47bfde7f495ac5877af330",
        "89c8dbe4f79dcba722d379bf356fb7a44e91e3653e2467bc403a7e463f9d4e05", "7b327f9131c47e33ded5d6ac307320345975afac6144acf691db62e946f47413",
        "77032a8e366e6ca259719c6d0b29c70fc88aecdbc759f95aa21f14aecfe5a8ff",
    ];

    private const int FirstHttpsPort = 22101;
    private const int FirstOmqPort = 22201;

    private readonly Dictionary<string, string> _words = new(StringComparer.Ordinal);

    private RecordedNodes()
    {
    }

    /// <summary>Words for the recorded side. X25519, legacy key and address of each node come from the recorded get_swarm answers.</summary>
    public static RecordedNodes OfRecording(IEnumerable<TranscriptEntry> entries)
    {
        var nodes = new RecordedNodes();
        for (int i = 0; i < Ed25519Keys.Length; i++)
        {
            nodes._words[Ed25519Keys[i]] = $"n{i}";
            nodes.AddPorts(i, FirstHttpsPort + i, FirstOmqPort + i);
        }

        foreach (TranscriptEntry entry in entries.Where(entry => entry.Status is 200 or 421 && entry.ResponseText.Contains("\"pubkey_legacy\"", StringComparison.Ordinal)))
        {
            nodes.Learn(JsonNode.Parse(entry.ResponseText));
        }

        return nodes;
    }

    /// <summary>Words for the local side.</summary>
    public static RecordedNodes OfNetwork(LocalNetwork network)
    {
        var nodes = new RecordedNodes();
        for (int i = 0; i < network.Nodes.Count; i++)
        {
            LocalNode node = network.Nodes[i];
            nodes._words[node.IdentityHex] = $"n{i}";
            nodes._words[node.EncryptionKey.ToString()] = $"n{i}";
            nodes._words[$"{Base32Z.Encode(node.IdentityKey.AsSpan())}.snode"] = $"n{i}";
            nodes.AddPorts(i, node.HttpsPort, ServiceNodeList.OmqPort(node));
            nodes._words[node.Address.ToString()] = "127.0.0.1";
        }

        return nodes;
    }

    /// <summary>A copy of the JSON in which every key, address and port of a node is the node's word.</summary>
    public JsonNode? Translate(JsonNode? json) => json switch
    {
        JsonObject value => new JsonObject(value.Select(pair => KeyValuePair.Create(Translate(pair.Key), TranslateField(pair.Key, pair.Value)))),
        JsonArray values => new JsonArray([.. values.Select(Translate)]),
        JsonValue value when value.TryGetValue(out string? text) => JsonValue.Create(Translate(text)),
        _ => json?.DeepClone(),
    };

    /// <summary>Plain texts name nodes by their Ed25519 key.</summary>
    public string Translate(string text)
    {
        if (_words.TryGetValue(text, out string? word))
        {
            return word;
        }

        foreach ((string key, string value) in _words.Where(pair => pair.Key.Length == 64))
        {
            text = text.Replace(key, value, StringComparison.Ordinal);
        }

        return text;
    }

    private JsonNode? TranslateField(string name, JsonNode? value) =>
        name is "port" or "port_https" or "port_omq" or "port_quic" or "storage_port"
            ? JsonValue.Create(value!.GetValueKind() + " " + _words[$":{value}"])
            : Translate(value);

    private void AddPorts(int index, int https, int omq)
    {
        _words[$":{https}"] = $"https of n{index}";
        _words[$":{omq}"] = $"omq of n{index}";
    }

    private void Learn(JsonNode? json)
    {
        if (json is JsonObject value)
        {
            if (value["pubkey_legacy"] is { } legacy)
            {
                string word = _words[(string)value["pubkey_ed25519"]!];
                Assert.Equal((string)value["address"]!, $"{Base32Z.Encode(Convert.FromHexString((string)legacy!))}.snode");
                _words[(string)legacy!] = _words[(string)value["pubkey_x25519"]!] = _words[(string)value["address"]!] = word;
            }

            value.ToList().ForEach(pair => Learn(pair.Value));
        }
        else if (json is JsonArray values)
        {
            values.ToList().ForEach(Learn);
        }
    }
}
