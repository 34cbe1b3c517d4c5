using System.Buffers;
using System.Net;
using System.Text;
using System.Text.Json;
using Session.Protocol.Accounts;
using Session.Protocol.Onion.Nodes;
using Session.Protocol.Onion.Requests;

namespace Session.Protocol.Conformance.Suites;

/// <summary>Whole onion requests: built byte for byte, peeled hop by hop, and their replies.</summary>
public sealed class OnionRequestSuite() : KindSuite("onion_request")
{
    protected override CaseOutcome Run(KindCase @case) => @case.Kind switch
    {
        "xchacha20_snode" or "xchacha20_server" or "aes_gcm_snode" or "aes_gcm_server" => Build(@case),
        "parse" => Parse(@case),
        "response" => Response(@case),
        _ => Unknown(@case),
    };

    private static CaseOutcome Build(KindCase @case)
    {
        JsonElement input = @case.In;
        JsonElement destination = input.GetProperty("destination");
        ServiceNode[] path = [.. input.GetProperty("hops").EnumerateArray().Select(Node)];
        byte[] payload = input.Message("payload");
        byte[][] secrets = Hexes(input, "ephemeral_x25519_sks");
        byte[][] draws = [.. secrets.Zip(Hexes(input, "nonces"), (secret, nonce) => new[] { secret, nonce }).SelectMany(x => x)];
        var builder = new OnionRequestBuilder(new QueuedRandomSource(draws), Cipher(input));
        var output = new ArrayBufferWriter<byte>();
        using var replyKey = new OnionReplyKey();
        bool toNode = destination.Text("type") == "snode";
        if (toNode)
        {
            builder.BuildForNode(path, Node(destination), payload, output, replyKey);
        }
        else
        {
            builder.BuildForServer(path, Server(destination), payload, output, replyKey);
        }

        return CaseOutcome.All(
            CaseOutcome.WhenEqual("request", @case.Out.Hex("request"), output.WrittenSpan),
            Peel(@case, output.WrittenMemory, toNode, payload),
            OpenReply(@case, replyKey));
    }

    private static CaseOutcome Peel(KindCase @case, ReadOnlyMemory<byte> body, bool toNode, byte[] payload)
    {
        if (!OnionHopRequest.TryParse(body, out OnionHopRequest? request))
        {
            return CaseOutcome.Failed("the guard cannot read the body");
        }

        using var key = new OnionReplyKey();
        JsonElement[] hops = [.. @case.In.GetProperty("hops").EnumerateArray()];
        JsonElement[] layers = [.. @case.Out.GetProperty("layers").EnumerateArray()];
        JsonElement destination = @case.In.GetProperty("destination");
        for (int i = 0; i < hops.Length; i++)
        {
            bool last = i == hops.Length - 1;
            if (!request.TryOpen(hops[i].Hex("x25519_sk"), new X25519PublicKey(hops[i].Hex("x25519_pk")), key, out byte[]? plaintext)
                || !PeeledLayer.TryParse(plaintext, out PeeledLayer? layer))
            {
                return CaseOutcome.Failed($"hop {i} cannot open its layer");
            }

            CaseOutcome seen = CaseOutcome.All(
                CaseOutcome.WhenEqual($"hop {i}: ephemeral key", layers[i].Hex("ephemeral_pk"), request.EphemeralKey.AsSpan()),
                layers[i].HexOrNull("plaintext") is { } expected ? CaseOutcome.WhenEqual($"hop {i}: plaintext", expected, plaintext) : CaseOutcome.Passed);
            if (seen.Verdict != CaseVerdict.Passed)
            {
                return seen;
            }

            string next = last ? destination.TextOrNull("ed25519_pk") ?? string.Empty : hops[i + 1].Text("ed25519_pk");
            switch (layer)
            {
                case PeeledLayer.ToNode relay when (toNode || !last) && relay.Next == Ed25519PublicKey.Parse(next):
                    request = relay.Request;
                    break;
                case PeeledLayer.ToServer exit when !toNode && last && exit.Host == destination.Text("host") && exit.Target == destination.Text("target")
                    && exit.Protocol == destination.Text("protocol") && exit.Port == Server(destination).Address.Port && OnionHopRequest.TryParse(exit.Plaintext, out request):
                    break;
                default:
                    return CaseOutcome.Failed($"hop {i} finds {layer.GetType().Name}");
            }
        }

        if (!request.TryOpen(destination.Hex("x25519_sk"), new X25519PublicKey(destination.Hex("x25519_pk")), key, out byte[]? innermost))
        {
            return CaseOutcome.Failed("the destination cannot open its layer");
        }

        if (!toNode)
        {
            return CaseOutcome.WhenEqual("payload", payload, innermost);
        }

        return PeeledLayer.TryParse(innermost, out PeeledLayer? final) && final is PeeledLayer.Final { Base64: true, Json: false } found
            ? CaseOutcome.All(
                CaseOutcome.WhenEqual("payload", payload, found.Payload.Span),
                @case.Out.HexOrNull("destination_plaintext") is { } expectedInner ? CaseOutcome.WhenEqual("destination", expectedInner, innermost) : CaseOutcome.Passed)
            : CaseOutcome.Failed("the destination cannot read the request");
    }

    private static CaseOutcome OpenReply(KindCase @case, OnionReplyKey key)
    {
        byte[] ciphertext = @case.Out.Hex("reply_ciphertext");
        byte[] plaintext = new byte[ciphertext.Length];
        return key.TryOpen(ciphertext, plaintext, out int written)
            ? CaseOutcome.All(
                CaseOutcome.WhenEqual("reply", @case.In.Message("reply"), plaintext.AsSpan(0, written)),
                CaseOutcome.WhenEqual("reply ciphertext", ciphertext, key.Seal(plaintext.AsSpan(0, written), new QueuedRandomSource(@case.In.Hex("reply_nonce")))))
            : CaseOutcome.Failed("the reply was not opened");
    }

    private static CaseOutcome Parse(KindCase @case)
    {
        using var key = new OnionReplyKey();
        byte[]? payload = null;
        if (OnionHopRequest.TryParse(@case.In.Hex("request"), out OnionHopRequest? request))
        {
            _ = request.TryOpen(@case.In.Hex("x25519_sk"), new X25519PublicKey(@case.In.Hex("x25519_pk")), key, out payload);
        }

        if (!@case.Accept)
        {
            return CaseOutcome.When(payload is null, "accepted");
        }

        return payload is null
            ? CaseOutcome.Failed("refused")
            : CaseOutcome.All(
                CaseOutcome.WhenEqual("payload", @case.Out.Hex("payload"), payload),
                CaseOutcome.WhenEqual("remote key", @case.Out.Hex("remote_pk"), request!.EphemeralKey.AsSpan()));
    }

    private static CaseOutcome Response(KindCase @case)
    {
        JsonElement input = @case.In;
        using OnionReplyKey key = OnionHopSuite.Agree(
            Cipher(input), input.Hex("final_x25519_sk"), input.Hex("destination_x25519_pk"), input.Hex("final_x25519_pk"), input.Hex("destination_x25519_pk"))!;
        byte[] ciphertext = input.Hex("ciphertext");
        byte[] plaintext = new byte[ciphertext.Length];
        bool opened = key.TryOpen(ciphertext, plaintext, out int written);
        return @case.Accept && opened
            ? CaseOutcome.WhenEqual("reply", @case.Out.Message("reply"), plaintext.AsSpan(0, written))
            : CaseOutcome.When(opened == @case.Accept, opened ? "accepted" : "refused");
    }

    private static OnionCipher Cipher(JsonElement input) =>
        OnionLayer.TryParseName(Encoding.UTF8.GetBytes(input.Text("enc_type")), out OnionCipher cipher) ? cipher : throw new FormatException("unknown enc_type");

    private static ServiceNode Node(JsonElement hop) =>
        new(new Ed25519PublicKey(hop.Hex("ed25519_pk")), new X25519PublicKey(hop.Hex("x25519_pk")), IPAddress.Loopback, 1);

    private static OnionServer Server(JsonElement destination)
    {
        string port = destination.GetProperty("port") is { ValueKind: JsonValueKind.Number } number ? $":{number.GetInt32()}" : string.Empty;
        var address = new Uri($"{destination.Text("protocol")}://{destination.Text("host")}{port}/");
        return new OnionServer(address, new X25519PublicKey(destination.Hex("x25519_pk"))) { Target = destination.Text("target") };
    }

    private static byte[][] Hexes(JsonElement input, string name) =>
        [.. input.GetProperty(name).EnumerateArray().Select(x => Convert.FromHexString(x.GetString()!))];
}
