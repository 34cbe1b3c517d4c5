using System.Text.Json;
using Session.Protocol.Accounts;
using Session.Protocol.Cryptography;
using Session.Protocol.Ratchet;
using Session.Protocol.Ratchet.PreKeys;
using Session.Protocol.Ratchet.Sessions;

namespace Session.Protocol.Conformance.Suites;

/// <summary>Reads the shapes that the signal-* files share. Keys carry libsignal's type byte in front.</summary>
internal static class SignalJson
{
    /// <summary>The time of all cases; nothing in the files is older than a pending session may be.</summary>
    public static DateTimeOffset Now { get; } = DateTimeOffset.FromUnixTimeSeconds(1_795_400_000);

    public static X25519PublicKey Key(JsonElement element, string name) => new(element.Hex(name).AsSpan(1));

    public static uint Number(JsonElement element, string name) => element.TryGetProperty(name, out JsonElement value) ? value.GetUInt32() : 0;

    public static uint? NumberOrNull(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number ? value.GetUInt32() : null;

    public static RatchetAddress Address(JsonElement element) => new(element.Text("name"), element.GetProperty("device").GetUInt32());

    public static PreKeyBundle Bundle(JsonElement element) => new()
    {
        RegistrationId = Number(element, "registrationId"),
        IdentityKey = Key(element, "identityKey"),
        SignedPreKeyId = Number(element, "signedPreKeyId"),
        SignedPreKey = Key(element, "signedPreKey"),
        SignedPreKeySignature = element.Hex("signedPreKeySignature"),
        OneTimePreKeyId = NumberOrNull(element, "preKeyId"),
        OneTimePreKey = element.HexOrNull("preKey") is { } oneTime ? new X25519PublicKey(oneTime.AsSpan(1)) : default,
        KemPreKeyId = NumberOrNull(element, "kyberPreKeyId"),
        KemPreKey = element.HexOrNull("kyberPreKey") is { } kem ? kem.AsMemory(1) : default,
        KemPreKeySignature = element.HexOrNull("kyberPreKeySignature") ?? default,
    };

    public static OneTimePreKey OneTimePreKey(JsonElement element) => new(Number(element, "id"), new SecretBytes(element.Hex("private")));

    public static SignedPreKey SignedPreKey(JsonElement element) =>
        new(Number(element, "id"), new SecretBytes(element.Hex("private")), element.Hex("signature"), Now);

    public static KemPreKey KemPreKey(JsonElement element) =>
        new(Number(element, "id"), new SecretBytes(element.Hex("secret").AsSpan(1)), element.Hex("public").AsMemory(1), element.Hex("signature"), Now);

    /// <summary>The receiver's session before the first step: one that it started itself and has not heard from.</summary>
    public static SessionState PendingSession(JsonElement session, byte versionByte)
    {
        JsonElement current = session.GetProperty("parsed").GetProperty("current");
        JsonElement sender = current.GetProperty("senderChain"), pending = current.GetProperty("pendingPreKey");
        SessionState state = SessionState.Create(
            new SessionParties(Key(current, "localIdentity"), Number(current, "localRegistrationId"), Key(current, "remoteIdentity"), Number(current, "remoteRegistrationId")),
            versionByte,
            Key(current, "aliceBaseKey"),
            current.Hex("rootKey"),
            sender.GetProperty("chainKey").Hex("key"),
            sender.Hex("ratchetPrivate"),
            KeyPairs.PublicKey(sender.Hex("ratchetPrivate")),
            current.TryGetProperty("pq", out JsonElement pq) ? new PqChain(pq.GetProperty("negotiation").Hex("authKey"), isInitiator: true) : null);
        foreach (JsonElement chain in current.GetProperty("receiverChains").EnumerateArray())
        {
            state.AddChain(new ReceivingChain(Key(chain, "ratchetPublic"), chain.GetProperty("chainKey").Hex("key"), 0));
        }

        bool hybrid = current.TryGetProperty("pendingKyberPreKey", out JsonElement kem);
        state.Pending = new PendingHandshake(
            Number(pending, "signedPreKeyId"),
            NumberOrNull(pending, "preKeyId"),
            hybrid ? Number(kem, "preKeyId") : null,
            hybrid ? kem.Hex("ciphertext").AsMemory(kem.Hex("ciphertext").Length - Kyber1024.CiphertextSize) : default,
            Now);
        return state;
    }
}
