using System.Security.Cryptography;
using Session.Protocol.Onion.Nodes;
using Session.Protocol.Onion.Paths;

namespace Session.Protocol.Fuzz.Targets;

/// <summary>What an onion client reads from its store and from a file that an application ships: node snapshots and guards.</summary>
internal sealed class OnionStoreTarget : IFuzzTarget
{
    public static string Name => "onion-store";

    public static void Fuzz(ReadOnlySpan<byte> input)
    {
        FuzzFinding.Require(GuardFile.Read(input).Count <= GuardList.MaxGuards, "Too many guards.");
        ReadSnapshot(input);

        // No mutation finds a hash: behind one that fits, the records are reached too.
        byte[] hashed = [.. input, .. SHA256.HashData(input)];
        ReadSnapshot(hashed);
    }

    private static void ReadSnapshot(ReadOnlySpan<byte> bytes)
    {
        if (NodeSnapshot.TryRead(bytes, out NodeSnapshot? snapshot))
        {
            FuzzFinding.Require(snapshot.Nodes.Count is >= 1 and <= NodeSnapshot.MaxNodes, "Too many nodes.");
            FuzzFinding.Require(NodeSnapshot.TryRead(snapshot.ToBytes(), out NodeSnapshot? again) && again.Nodes.Count == snapshot.Nodes.Count, "It does not read what it writes.");
        }
    }
}
