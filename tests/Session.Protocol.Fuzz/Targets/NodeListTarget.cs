using Session.Protocol.Onion.Nodes;

namespace Session.Protocol.Fuzz.Targets;

/// <summary>The list of service nodes, in both forms, from a seed or a node.</summary>
internal sealed class NodeListTarget : IFuzzTarget
{
    public static string Name => "node-list";

    public static void Fuzz(ReadOnlySpan<byte> input)
    {
        if (NodeListReader.TryReadJson(input.ToArray(), out IReadOnlyList<ServiceNode>? nodes))
        {
            FuzzFinding.Require(nodes.Count <= NodeListReader.MaxNodes, "Too many nodes.");
        }

        if (NodeListReader.TryReadBinary(input, out nodes))
        {
            FuzzFinding.Require(nodes.Count <= input.Length / NodeListReader.RecordSize, "More nodes than records.");
        }
    }
}
