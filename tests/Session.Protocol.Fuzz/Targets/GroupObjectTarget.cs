using Session.Protocol.Groups;

namespace Session.Protocol.Fuzz.Targets;

/// <summary>What a member may store in a group's swarm: still encrypted, inside the outer encryption, and behind the signature of letters.</summary>
internal sealed class GroupObjectTarget : IFuzzTarget
{
    private static readonly GroupParty Party = new();
    private static readonly byte[] Key = new byte[GroupBox.KeySize];

    public static string Name => "group-object";

    public static void Fuzz(ReadOnlySpan<byte> input)
    {
        FuzzFinding.Require(GroupBox.TryOpen(Key, Party.Group, input) is null, "An object of nobody was opened.");
        FuzzFinding.Require(GroupLetters.TryRead(input, Party.Group) is null or { Author: not { Prefix: Accounts.AccountIdPrefix.Group } }, "A group wrote letters.");
        if (GroupObject.TryRead(input) is { } content)
        {
            FuzzFinding.Require((content.Letters.IsEmpty ? 0 : 1) + (content.Message.IsEmpty ? 0 : 1) + Math.Min(1, content.Changes.Count) <= 1, "An object that says two things.");
            _ = GroupLetters.TryRead(content.Letters.Span, Party.Group);
        }

        if (GroupLetters.TryReadContent(input, Party.Founder.AccountId) is { } letters)
        {
            GroupObject written = GroupObject.TryRead(letters.Write(Party.Founder, Party.Group))!;
            FuzzFinding.Require(GroupLetters.TryRead(written.Letters.Span, Party.Group)?.Bodies.Count == letters.Bodies.Count, "Written again it cannot be read.");
        }
    }
}
