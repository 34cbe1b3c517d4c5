using System.Text.Json;
using Session.Protocol.Accounts;
using Session.Protocol.Cryptography;
using Session.Protocol.Onion.Requests;

namespace Session.Protocol.Conformance.Suites;

/// <summary>One onion layer, in both directions and both roles.</summary>
public sealed class OnionHopSuite() : KindSuite("onion_hop")
{
    protected override CaseOutcome Run(KindCase @case)
    {
        OnionCipher cipher = @case.Kind.StartsWith("xchacha20", StringComparison.Ordinal) ? OnionCipher.XChaCha20 : OnionCipher.AesGcm;
        return @case.Kind[(@case.Kind.LastIndexOf('_') + 1)..] switch
        {
            "request" or "reply" => Seal(@case, cipher),
            "decrypt" => Decrypt(@case, cipher),
            _ => Unknown(@case),
        };
    }

    // The key does not depend on the direction: both sides seal and open with it.
    private static CaseOutcome Seal(KindCase @case, OnionCipher cipher)
    {
        JsonElement input = @case.In;
        using OnionReplyKey client = Agree(cipher, input.Hex("client_x25519_sk"), input.Hex("server_x25519_pk"), input.Hex("client_x25519_pk"), input.Hex("server_x25519_pk"))!;
        using OnionReplyKey server = Agree(cipher, input.Hex("server_x25519_sk"), input.Hex("client_x25519_pk"), input.Hex("client_x25519_pk"), input.Hex("server_x25519_pk"))!;
        byte[] message = input.Message();
        byte[] expected = @case.Out.Hex("ciphertext");
        byte[] opened = new byte[expected.Length];
        bool ok = client.TryOpen(expected, opened, out int written);
        return CaseOutcome.All(
            CaseOutcome.WhenEqual("client's ciphertext", expected, client.Seal(message, new QueuedRandomSource(input.Hex("nonce")))),
            CaseOutcome.WhenEqual("server's ciphertext", expected, server.Seal(message, new QueuedRandomSource(input.Hex("nonce")))),
            CaseOutcome.When(ok, "not opened"),
            CaseOutcome.WhenEqual("message", message, opened.AsSpan(0, written)),
            OpenAsServer(input, cipher, expected, message));
    }

    private static CaseOutcome OpenAsServer(JsonElement input, OnionCipher cipher, byte[] ciphertext, byte[] message)
    {
        using var key = new OnionReplyKey();
        var request = new OnionHopRequest(ciphertext, new X25519PublicKey(input.Hex("client_x25519_pk")), cipher);
        return request.TryOpen(input.Hex("server_x25519_sk"), new X25519PublicKey(input.Hex("server_x25519_pk")), key, out byte[]? plaintext)
            ? CaseOutcome.WhenEqual("message", message, plaintext)
            : CaseOutcome.Failed("the server cannot open it");
    }

    private static CaseOutcome Decrypt(KindCase @case, OnionCipher cipher)
    {
        JsonElement input = @case.In;
        byte[] ciphertext = input.Hex("ciphertext");
        byte[]? plaintext = null;
        if (input.Text("role") == "server")
        {
            using var key = new OnionReplyKey();
            var request = new OnionHopRequest(ciphertext, new X25519PublicKey(input.Hex("remote_x25519_pk")), cipher);
            _ = request.TryOpen(input.Hex("local_x25519_sk"), new X25519PublicKey(input.Hex("local_x25519_pk")), key, out plaintext);
        }
        else
        {
            using OnionReplyKey? key = Agree(cipher, input.Hex("local_x25519_sk"), input.Hex("remote_x25519_pk"), input.Hex("local_x25519_pk"), input.Hex("remote_x25519_pk"));
            byte[] opened = new byte[ciphertext.Length];
            plaintext = key?.TryOpen(ciphertext, opened, out int written) == true ? opened[..written] : null;
        }

        return @case.Accept
            ? plaintext is null ? CaseOutcome.Failed("refused") : CaseOutcome.WhenEqual("message", @case.Out.Message(), plaintext)
            : CaseOutcome.When(plaintext is null, "accepted");
    }

    internal static OnionReplyKey? Agree(OnionCipher cipher, byte[] secret, byte[] other, byte[] client, byte[] server)
    {
        byte[] shared = new byte[X25519.KeySize];
        if (!X25519.TryAgree(secret, other, shared))
        {
            return null;
        }

        var key = new OnionReplyKey();
        key.Fill(cipher, [.. shared, .. client, .. server]);
        return key;
    }
}
