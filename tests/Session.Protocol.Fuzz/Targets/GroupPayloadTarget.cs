using Session.Protocol.Client.Groups;
using Session.Protocol.Groups;

namespace Session.Protocol.Fuzz.Targets;

/// <summary>What a member's message says inside its sender key, and the count of missing messages that it leads to.</summary>
internal sealed class GroupPayloadTarget : IFuzzTarget
{
    public static string Name => "group-payload";

    public static void Fuzz(ReadOnlySpan<byte> input)
    {
        if (GroupPayload.TryRead(input) is not { } payload)
        {
            return;
        }

        FuzzFinding.Require(GroupPayload.TryRead(payload.Write())?.Number == payload.Number, "Written again it is another payload.");
        using GroupReader reader = GroupReader.Create(Guid.NewGuid());
        reader.StartAt(1);
        reader.Took(payload.Number, payload.Unsent);
        reader.Took(1, []);
        FuzzFinding.Require(reader.Missing.Count <= GroupReader.MaxMissing, "Too many missing messages are remembered.");
        using GroupReader again = GroupReader.Read(reader.Write());
        FuzzFinding.Require(again.NextNumber == reader.NextNumber && again.Missing.SequenceEqual(reader.Missing), "A written reader does not read.");
    }
}
