using System.Globalization;
using System.Text.Json.Nodes;
using Session.Protocol.LocalNetwork.Seeds;

namespace Session.Protocol.LocalNetwork.Rpc;

/// <summary><c>get_swarm</c>: who holds an account; any node answers (protocol/20 §5.2).</summary>
internal sealed class GetSwarmCall(RpcParameters parameters) : RpcCall("get_swarm")
{
    private readonly string _account = parameters.Account("Pubkey must be 66 hex digits/33 bytes long");

    public override ValueTask<RpcReply> RunAsync(LocalNode node, CancellationToken cancellationToken) => new(Describe(node, _account, 200));

    /// <summary>The 421 answer of a node outside the account's swarm has the same body.</summary>
    public static RpcReply WrongSwarm(LocalNode node, string account) => Describe(node, account, 421);

    private static RpcReply Describe(LocalNode node, string account, int status)
    {
        ulong swarm = node.Network.SwarmOf(account);
        JsonArray members = [.. node.Network.Members(swarm).Select(Member)];
        return RpcReply.Json(status, new JsonObject
        {
            ["hf"] = node.Network.Options.HardForkJson(),
            ["snodes"] = members,
            ["swarm"] = swarm.ToString("x", CultureInfo.InvariantCulture),
            ["t"] = node.Now,
        });
    }

    private static JsonNode Member(LocalNode member) => new JsonObject
    {
        // The legacy key may equal the Ed25519 key (protocol/26 §2), and here it does.
        ["address"] = $"{Base32Z.Encode(member.IdentityKey.AsSpan())}.snode",
        ["ip"] = member.Address.ToString(),
        ["port"] = member.HttpsPort.ToString(CultureInfo.InvariantCulture),
        ["port_https"] = member.HttpsPort,
        ["port_omq"] = ServiceNodeList.OmqPort(member),
        ["port_quic"] = ServiceNodeList.OmqPort(member),
        ["pubkey_ed25519"] = member.IdentityHex,
        ["pubkey_legacy"] = member.IdentityHex,
        ["pubkey_x25519"] = member.EncryptionKey.ToString(),
    };
}
