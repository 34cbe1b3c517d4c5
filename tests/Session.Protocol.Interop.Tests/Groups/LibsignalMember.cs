using System.Text.Json;
using System.Text.Json.Nodes;
using Session.Protocol.Interop.Tests.Peers;

namespace Session.Protocol.Interop.Tests.Groups;

/// <summary>A member whose sender keys libsignal keeps.</summary>
internal sealed class LibsignalMember : IGroupMember
{
    private readonly LibsignalProcess _process;
    private readonly string _group;

    private LibsignalMember(LibsignalProcess process, Guid group)
    {
        _process = process;
        _group = group.ToString();
    }

    public string Name { get; } = $"theirs {Guid.NewGuid()}";

    public static async Task<LibsignalMember> CreateAsync(LibsignalProcess process, Guid group)
    {
        var member = new LibsignalMember(process, group);
        _ = await process.CallAsync("create", new JsonObject { ["name"] = member.Name });
        return member;
    }

    public async Task<byte[]> DistributeAsync() =>
        LibsignalParty.Bytes(await _process.CallAsync("groupCreate", OfGroup()), "distribution");

    public async Task<byte[]> RotateAsync()
    {
        _ = await _process.CallAsync("groupForget", OfGroup());
        return await DistributeAsync();
    }

    public Task ProcessAsync(IGroupMember author, byte[] distribution) =>
        _process.CallAsync("groupProcess", new JsonObject { ["name"] = Name, ["sender"] = author.Name, ["distribution"] = LibsignalParty.Hex(distribution) });

    public async Task<byte[]> EncryptAsync(byte[] plaintext)
    {
        JsonObject parameters = OfGroup();
        parameters["plaintext"] = LibsignalParty.Hex(plaintext);
        return LibsignalParty.Bytes(await _process.CallAsync("groupEncrypt", parameters), "message");
    }

    public async Task<Opened> OpenAsync(IGroupMember author, byte[] message)
    {
        JsonElement answer = await _process.TryCallAsync(
            "groupDecrypt", new JsonObject { ["name"] = Name, ["sender"] = author.Name, ["message"] = LibsignalParty.Hex(message) });
        if (answer.GetProperty("ok").GetBoolean())
        {
            return new Opened(LibsignalParty.Bytes(answer, "plaintext"));
        }

        string kind = answer.GetProperty("kind").GetString()!;
        return new Opened(null, kind == "DuplicatedMessage", $"{kind}: {answer.GetProperty("error").GetString()}");
    }

    private JsonObject OfGroup() => new() { ["name"] = Name, ["distributionId"] = _group };
}
