using Session.Protocol.Groups;

namespace Session.Protocol.Fuzz.Targets;

/// <summary>What a member's message says inside its sender key.</summary>
internal sealed class GroupPayloadTarget : IFuzzTarget
{
    public static string Name => "group-payload";

    public static void Fuzz(ReadOnlySpan<byte> input)
    {
        if (GroupPayload.TryRead(input) is not { } payload)
        {
            return;
        }

        byte[] written = payload.Write();
        FuzzFinding.Require(GroupPayload.TryRead(written)?.Write().AsSpan().SequenceEqual(written) == true, "Written again it is another payload.");
    }
}
