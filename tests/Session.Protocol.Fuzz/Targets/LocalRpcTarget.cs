using Session.Protocol.LocalNetwork.Rpc;

namespace Session.Protocol.Fuzz.Targets;

/// <summary>What a client sends to a node of the local network.</summary>
internal sealed class LocalRpcTarget : IFuzzTarget
{
    public static string Name => "local-rpc";

    public static void Fuzz(ReadOnlySpan<byte> input)
    {
        bool ok = RpcParser.TryParse(input.ToArray(), out RpcCall? call, out RpcReply? refusal);
        FuzzFinding.Require(ok == (call is not null) && ok == (refusal is null), "Neither a call nor a refusal.");
    }
}
