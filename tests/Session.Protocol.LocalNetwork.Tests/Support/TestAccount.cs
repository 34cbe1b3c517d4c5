using System.Text;
using System.Text.Json.Nodes;
using Session.Protocol.Accounts;
using Session.Protocol.Cryptography;

namespace Session.Protocol.LocalNetwork.Tests.Support;

/// <summary>An account that signs storage requests (protocol/21 §2).</summary>
internal sealed class TestAccount
{
    private readonly byte[] _secret = new byte[Ed25519.SecretKeySize];
    private readonly Ed25519PublicKey _key;

    public TestAccount(byte seed)
    {
        Span<byte> key = stackalloc byte[Ed25519.PublicKeySize];
        Ed25519.KeyPair(Enumerable.Repeat(seed, Ed25519.SeedSize).ToArray(), key, _secret);
        _key = new Ed25519PublicKey(key);
        AccountId.TryFromEd25519(_key, out AccountId id);
        Id = id.ToString();
    }

    public string Id { get; }

    /// <summary>The fields of who asks, with a signature over the text.</summary>
    public JsonObject Sign(string text, JsonObject? more = null)
    {
        byte[] signature = new byte[Ed25519.SignatureSize];
        Ed25519.Sign(_secret, Encoding.ASCII.GetBytes(text), signature);
        JsonObject fields = more ?? [];
        fields["pubkey"] = Id;
        fields["pubkey_ed25519"] = _key.ToString();
        fields["signature"] = Convert.ToBase64String(signature);
        return fields;
    }

    public JsonObject Store(long timestamp, long ttl, byte[] data) => new()
    {
        ["pubkey"] = Id,
        ["timestamp"] = timestamp,
        ["ttl"] = ttl,
        ["data"] = Convert.ToBase64String(data),
    };

    public JsonObject Retrieve(long timestamp, JsonObject? more = null)
    {
        JsonObject fields = Sign($"retrieve{timestamp}", more);
        fields["timestamp"] = timestamp;
        return fields;
    }
}
