using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Session.Protocol.Cryptography;
using Session.Protocol.Onion.Requests;

namespace Session.Protocol.LocalNetwork.Tests.Transcripts;

/// <summary>
/// A recorded onion request, read from the note on how it was built. It is built again for the local nodes with the recorded
/// ephemeral keys, payload and JSON; only the nodes' keys and the ports of servers are exchanged.
/// </summary>
internal sealed partial class RecordedOnion
{
    private readonly List<Layer> _layers = [];
    private readonly byte[] _innermost;

    private RecordedOnion(string note)
    {
        // Innermost first; the JSON of a layer stands at the next line, because it follows the ciphertext.
        string[] lines = [.. note.Split('\n').Where(line => line.StartsWith("- ", StringComparison.Ordinal))];
        MatchCollection json = ControlLine().Matches(string.Join('\n', lines[1..]));
        for (int i = 0; i < json.Count; i++)
        {
            _layers.Add(new Layer(Recipient().Match(lines[i]).Groups[1].Value, Convert.FromHexString(Secret().Match(lines[i]).Groups[1].Value), json[i].Groups[1].Value));
        }

        ServerKey = ForServer().Match(lines[0]) is { Success: true } server ? Convert.FromHexString(server.Groups[1].Value) : null;
        Match payload = Payload().Match(lines[0]);
        _innermost = payload.Success ? Envelope(Encoding.UTF8.GetBytes(payload.Groups[1].Value), payload.Groups[2].Value) : "payload for the server"u8.ToArray();
        Request = payload.Success ? payload.Groups[1].Value : null;
    }

    /// <summary>The storage request inside; null when it goes to a server.</summary>
    public string? Request { get; }

    /// <summary>The X25519 key of the server that the request goes to.</summary>
    public byte[]? ServerKey { get; }

    public static RecordedOnion? Read(TranscriptEntry entry) => entry.Note.Contains("How the body was built", StringComparison.Ordinal) ? new RecordedOnion(entry.Note) : null;

    /// <summary>The body for the local guard.</summary>
    /// <param name="network">Whose keys to use.</param>
    /// <param name="ports">From recorded to local ports.</param>
    /// <param name="damagedLayer">Index from inside of a layer to spoil, or -1.</param>
    public byte[] Build(LocalNetwork network, IReadOnlyDictionary<int, int> ports, int damagedLayer)
    {
        byte[] body = _innermost;
        for (int i = 0; i < _layers.Count; i++)
        {
            Layer layer = _layers[i];
            byte[] publicKey = i == 0 && ServerKey is not null ? ServerKey : network.Nodes[int.Parse(layer.Recipient[1..])].EncryptionKey.AsSpan().ToArray();
            byte[] ciphertext = Seal(layer, publicKey, body);
            ciphertext[^1] ^= (byte)(i == damagedLayer ? 1 : 0);
            body = Envelope(ciphertext, ForLocal(layer.Json, network, ports));
        }

        return body;
    }

    /// <summary>Opens a reply that the recipient of a layer encrypted; null when it does not fit.</summary>
    public string? Open(byte[] reply, int layerIndex, ReadOnlySpan<byte> recipientKey)
    {
        Layer layer = _layers[layerIndex];
        if (reply.AsSpan().ContainsAnyExceptInRange((byte)0x20, (byte)0x7e) is false)
        {
            reply = Convert.FromBase64String(Encoding.ASCII.GetString(reply).PadRight((reply.Length + 3) / 4 * 4, '='));
        }

        byte[] plaintext = new byte[reply.Length - OnionLayer.Overhead(layer.Cipher)];
        return OnionLayer.TryOpen(layer.Cipher, Key(layer, recipientKey, out _), reply, plaintext) ? Encoding.UTF8.GetString(plaintext) : null;
    }

    public string RecipientOf(int layerIndex) => _layers[layerIndex].Recipient;

    private static byte[] Seal(Layer layer, byte[] publicKey, byte[] plaintext)
    {
        byte[] key = Key(layer, publicKey, out _);
        byte[] nonce = new byte[OnionLayer.NonceSize(layer.Cipher)];
        RandomSource.System.Fill(nonce);
        byte[] sealedLayer = new byte[plaintext.Length + OnionLayer.Overhead(layer.Cipher)];
        OnionLayer.Seal(layer.Cipher, key, nonce, plaintext, sealedLayer);
        return sealedLayer;
    }

    private static byte[] Key(Layer layer, ReadOnlySpan<byte> publicKey, out byte[] agreement)
    {
        agreement = new byte[OnionReplyKey.AgreementSize];
        Assert.True(X25519.TryAgree(layer.EphemeralSecret, publicKey, agreement.AsSpan(0, X25519.KeySize)));
        X25519.PublicKey(layer.EphemeralSecret, agreement.AsSpan(X25519.KeySize, X25519.KeySize));
        publicKey.CopyTo(agreement.AsSpan(2 * X25519.KeySize));
        byte[] key = new byte[OnionLayer.KeySize];
        OnionLayer.DeriveKey(layer.Cipher, agreement, key);
        return key;
    }

    private static string ForLocal(string json, LocalNetwork network, IReadOnlyDictionary<int, int> ports)
    {
        JsonObject control = JsonNode.Parse(json)!.AsObject();
        if (control["destination"] is { } next && Array.IndexOf(RecordedNodes.Ed25519Keys, (string)next!) is >= 0 and int index)
        {
            control["destination"] = network.Nodes[index].IdentityHex;
        }

        if (control["port"] is { } port)
        {
            control["port"] = ports[(int)port];
        }

        if (control["protocol"] is { } protocol && (string)protocol! == "https")
        {
            control["host"] = network.Nodes[1].Address.ToString(); // entry 187 asks n1's HTTPS port
        }

        return control.ToJsonString();
    }

    private static byte[] Envelope(byte[] content, string json)
    {
        byte[] length = new byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(length, (uint)content.Length);
        return [.. length, .. content, .. Encoding.UTF8.GetBytes(json)];
    }

    [GeneratedRegex("JSON(?: to the guard node:)? `(.*?)`")]
    private static partial Regex ControlLine();

    [GeneratedRegex(@"(?:to|exit) (n\d)")]
    private static partial Regex Recipient();

    [GeneratedRegex("ephemeral secret ([0-9a-f]{64})")]
    private static partial Regex Secret();

    [GeneratedRegex("for the off-network server, x25519 ([0-9a-f]{64})")]
    private static partial Regex ForServer();

    [GeneratedRegex("payload `(.*?)` control `(.*?)`")]
    private static partial Regex Payload();

    private sealed record Layer(string Recipient, byte[] EphemeralSecret, string Json)
    {
        public OnionCipher Cipher { get; } = (string?)JsonNode.Parse(Json)!["enc_type"] == "xchacha20" ? OnionCipher.XChaCha20 : OnionCipher.AesGcm;
    }
}
