using Session.Protocol.Groups;

namespace Session.Protocol.Fuzz.Targets;

/// <summary>What a member may say pairwise, inside the ratchet.</summary>
internal sealed class GroupLetterTarget : IFuzzTarget
{
    private const long SentTimestampMs = 1_790_000_000_000;

    public static string Name => "group-letter";

    public static void Fuzz(ReadOnlySpan<byte> input)
    {
        bool isLetter = GroupLetter.IsLetter(input);
        if (GroupLetter.TryRead(input) is not { } letter)
        {
            return;
        }

        FuzzFinding.Require(isLetter, "A letter that is none.");
        byte[] written = letter.Write(SentTimestampMs);
        FuzzFinding.Require(GroupLetter.TryRead(written)?.Write(SentTimestampMs).AsSpan().SequenceEqual(written) == true, "Written again it is another letter.");
    }
}
