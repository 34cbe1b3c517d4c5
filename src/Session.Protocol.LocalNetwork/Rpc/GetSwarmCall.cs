using System.Globalization;
using System.Text.Json.Nodes;
using Session.Protocol.LocalNetwork.Seeds;

namespace Session.Protocol.LocalNetwork.Rpc;

/// <summary><c>get_swarm</c>: who holds an account; any node answers (protocol/20 §5.2).</summary>
internal sealed class GetSwarmCall(RpcParameters parameters) : RpcCall("get_swarm")
{
    public override string Account { get; } = parameters.Account("Pubkey must be 66 hex digits/33 bytes long");

    public override ValueTask<RpcReply> RunAsync(LocalNode node, CancellationToken cancellationToken) =>
        new(Describe(node, Account, node.Network.MembersOf(Account), 200));

    /// <summary>The 421 answer of a node outside the account's swarm has the same body.</summary>
    public static RpcReply WrongSwarm(LocalNode node, string account) => WrongSwarm(node, account, node.Network.MembersOf(account));

    /// <summary>The same, naming members that a script chose.</summary>
    public static RpcReply WrongSwarm(LocalNode node, string account, IReadOnlyList<LocalNode> members) => Describe(node, account, members, 421);

    private static RpcReply Describe(LocalNode node, string account, IReadOnlyList<LocalNode> members, int status) => RpcReply.Json(status, new JsonObject
    {
        ["hf"] = node.HardForkJson(),
        ["snodes"] = new JsonArray([.. members.Select(Member)]),
        ["swarm"] = node.Network.SwarmOf(account).ToString("x", CultureInfo.InvariantCulture),
        ["t"] = node.Now,
    });

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
