using System.Text.Json;
using System.Text.Json.Nodes;
using Session.Protocol.Accounts;
using Session.Protocol.Ratchet;
using Session.Protocol.Ratchet.PreKeys;
using Session.Protocol.Ratchet.Sessions;

namespace Session.Protocol.Interop.Tests.Peers;

/// <summary>A party whose keys and sessions libsignal keeps.</summary>
internal sealed class LibsignalParty : IParty
{
    private readonly LibsignalProcess _process;
    private uint _nextId = 1;

    private LibsignalParty(LibsignalProcess process, string name)
    {
        _process = process;
        Name = name;
    }

    public string Name { get; }

    public static async Task<LibsignalParty> CreateAsync(LibsignalProcess process)
    {
        var party = new LibsignalParty(process, $"theirs {Guid.NewGuid()}");
        _ = await process.CallAsync("create", new JsonObject { ["name"] = party.Name });
        return party;
    }

    public async Task<PreKeyBundle> MakeBundleAsync(bool withKem, bool withOneTime)
    {
        uint id = _nextId++;
        var parameters = new JsonObject { ["name"] = Name, ["signedPreKeyId"] = id };
        if (withOneTime)
        {
            parameters["preKeyId"] = id;
        }

        if (withKem)
        {
            parameters["kyberPreKeyId"] = id;
        }

        JsonElement bundle = (await _process.CallAsync("bundle", parameters)).GetProperty("bundle");
        byte[] kem = [];
        if (withKem)
        {
            Assert.True(WireKeys.TryReadKyber(Bytes(bundle, "kyberPreKey"), out ReadOnlySpan<byte> value));
            kem = value.ToArray();
        }

        return new PreKeyBundle
        {
            RegistrationId = bundle.GetProperty("registrationId").GetUInt32(),
            IdentityKey = Key(bundle, "identityKey"),
            SignedPreKeyId = id,
            SignedPreKey = Key(bundle, "signedPreKey"),
            SignedPreKeySignature = Bytes(bundle, "signedPreKeySignature"),
            OneTimePreKeyId = withOneTime ? id : null,
            OneTimePreKey = withOneTime ? Key(bundle, "preKey") : default,
            KemPreKeyId = withKem ? id : null,
            KemPreKey = kem,
            KemPreKeySignature = withKem ? Bytes(bundle, "kyberPreKeySignature") : default,
        };
    }

    /// <summary>libsignal takes the suite from its release and the bundle.</summary>
    public Task StartAsync(IParty peer, PreKeyBundle bundle, RatchetSuite suite)
    {
        var json = new JsonObject
        {
            ["registrationId"] = bundle.RegistrationId,
            ["identityKey"] = Hex(bundle.IdentityKey),
            ["signedPreKeyId"] = bundle.SignedPreKeyId,
            ["signedPreKey"] = Hex(bundle.SignedPreKey),
            ["signedPreKeySignature"] = Hex(bundle.SignedPreKeySignature.Span),
        };
        if (bundle.OneTimePreKeyId is { } oneTime)
        {
            json["preKeyId"] = oneTime;
            json["preKey"] = Hex(bundle.OneTimePreKey);
        }

        if (bundle.KemPreKeyId is { } kem)
        {
            json["kyberPreKeyId"] = kem;
            json["kyberPreKey"] = Hex(WireKeys.WriteKyber(bundle.KemPreKey.Span, new byte[WireKeys.KyberSize]));
            json["kyberPreKeySignature"] = Hex(bundle.KemPreKeySignature.Span);
        }

        return _process.CallAsync("process", new JsonObject { ["name"] = Name, ["peer"] = peer.Name, ["bundle"] = json });
    }

    public Task ArchiveAsync(IParty peer) => _process.CallAsync("archive", new JsonObject { ["name"] = Name, ["peer"] = peer.Name });

    public async Task<RatchetMessage> EncryptAsync(IParty peer, byte[] plaintext)
    {
        JsonElement answer = await _process.CallAsync("encrypt", new JsonObject { ["name"] = Name, ["peer"] = peer.Name, ["plaintext"] = Hex(plaintext) });
        return new RatchetMessage((RatchetMessageType)answer.GetProperty("type").GetInt32(), Bytes(answer, "message"));
    }

    public async Task<Opened> OpenAsync(IParty peer, RatchetMessage message)
    {
        JsonElement answer = await _process.TryCallAsync(
            "decrypt", new JsonObject { ["name"] = Name, ["peer"] = peer.Name, ["type"] = (int)message.Type, ["message"] = Hex(message.Bytes.Span) });
        if (answer.GetProperty("ok").GetBoolean())
        {
            return new Opened(Bytes(answer, "plaintext"));
        }

        string kind = answer.GetProperty("kind").GetString()!;
        return new Opened(null, kind == "DuplicatedMessage", $"{kind}: {answer.GetProperty("error").GetString()}");
    }

    internal static string Hex(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(bytes);

    internal static string Hex(X25519PublicKey key)
    {
        Span<byte> wire = stackalloc byte[WireKeys.X25519Size];
        WireKeys.Write(key, wire);
        return Hex(wire);
    }

    internal static byte[] Bytes(JsonElement json, string name) => Convert.FromHexString(json.GetProperty(name).GetString()!);

    private static X25519PublicKey Key(JsonElement json, string name)
    {
        Assert.True(WireKeys.TryRead(Bytes(json, name), out X25519PublicKey key));
        return key;
    }
}
