using System.Text.Json;
using System.Text.Json.Nodes;

namespace Session.Protocol.LocalNetwork.Rpc;

/// <summary><c>ifelse</c>: one of two requests, chosen by the node's hard fork, version or height (protocol/21 §7.11).</summary>
internal sealed class IfElseCall : RpcCall
{
    private static readonly string[] Conditions = ["hf_at_least", "hf_before", "v_at_least", "v_before", "height_at_least", "height_before"];

    private readonly List<(string Name, long[] Value)> _conditions = [];
    private readonly RpcCall? _then;
    private readonly RpcCall? _else;

    public IfElseCall(RpcParameters parameters)
        : base("ifelse")
    {
        if (parameters.Required("if") is not { ValueKind: JsonValueKind.Object } json)
        {
            throw new RefusedException("Invalid ifelse request: \"if\" must be a dict");
        }

        var conditions = new RpcParameters(json);
        foreach (string name in Conditions.Where(conditions.Has))
        {
            _conditions.Add((name, conditions.RequiredIntegers(name)));
        }

        if (_conditions.Count == 0)
        {
            throw new RefusedException("Invalid ifelse request: no conditions given");
        }

        _then = Branch(parameters, "then");
        _else = Branch(parameters, "else");
        if (_then is null && _else is null)
        {
            throw new RefusedException("Invalid ifelse request: at least one of \"then\" or \"else\" is required");
        }
    }

    public override async ValueTask<RpcReply> RunAsync(LocalNode node, CancellationToken cancellationToken)
    {
        long height = node.Network.Height;
        bool condition = _conditions.TrueForAll(item => Holds(item.Name, item.Value, node, height));
        var answer = new JsonObject
        {
            ["condition"] = condition,
            ["height"] = height,
            ["hf"] = node.HardForkJson(),
        };
        if ((condition ? _then : _else) is { } branch)
        {
            RpcReply reply = await RpcService.RunAsync(node, branch, cancellationToken).ConfigureAwait(false);
            answer["result"] = new JsonObject { ["body"] = reply.ToNode(), ["code"] = reply.Status };
        }

        answer["v"] = node.Network.Options.VersionJson();
        return RpcReply.Json(200, answer);
    }

    private static RpcCall? Branch(RpcParameters parameters, string name)
    {
        if (parameters.Optional(name) is not { } json)
        {
            return null;
        }

        // Nesting is bounded by the depth that the JSON reader allows.
        return RpcParser.TryRead(json, out RpcCall? call, out string? complaint)
            ? call
            : throw new RefusedException($"Invalid ifelse request: {complaint}");
    }

    private static bool Holds(string name, long[] wanted, LocalNode node, long height)
    {
        Version version = node.Network.Options.StorageServerVersion;
        Version hardFork = node.HardFork;
        long[] actual = name[0] switch
        {
            'v' => [version.Major, version.Minor, version.Build],
            _ when name.StartsWith("hf", StringComparison.Ordinal) => [hardFork.Major, hardFork.Minor],
            _ => [height],
        };
        int order = 0;
        for (int i = 0; order == 0 && i < Math.Max(actual.Length, wanted.Length); i++)
        {
            order = actual.ElementAtOrDefault(i).CompareTo(wanted.ElementAtOrDefault(i));
        }

        return name.EndsWith("_before", StringComparison.Ordinal) ? order < 0 : order >= 0;
    }
}
