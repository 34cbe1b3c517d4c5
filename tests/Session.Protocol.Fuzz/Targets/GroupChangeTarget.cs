using Session.Protocol.Accounts;
using Session.Protocol.Groups;

namespace Session.Protocol.Fuzz.Targets;

/// <summary>
/// A change of a group: as it is, where no mutation verifies; and its inside signed, as a dishonest member can. What is accepted goes into a
/// group's evaluation beside honest changes.
/// </summary>
internal sealed class GroupChangeTarget : IFuzzTarget
{
    private static readonly GroupParty Party = new();

    public static string Name => "group-change";

    public static void Fuzz(ReadOnlySpan<byte> input)
    {
        if (SignedGroupChange.TryRead(input.ToArray(), Party.Group, out SignedGroupChange? foreign) == GroupChangeStatus.Ok)
        {
            FuzzFinding.Require(foreign!.Id == Party.Founding.Id || foreign.Author != Party.Founder.AccountId, "A change was forged.");
        }

        if (GroupChangeCodec.TryRead(input, out GroupChangeHeader? header, out GroupChange? change) != GroupChangeStatus.Ok)
        {
            return;
        }

        var signed = SignedGroupChange.Sign(Party.Founder, Party.Group, header!, change!, change is GroupChange.Create ? Party.Key : null);
        FuzzFinding.Require(
            SignedGroupChange.TryRead(signed.Bytes, Party.Group, out SignedGroupChange? again) == GroupChangeStatus.Ok && again!.Id == signed.Id, "Written again it cannot be read.");
        GroupLedger ledger = Party.Ledger();
        ledger.Add(signed);
        FuzzFinding.Require(ledger.State.Members.Count <= GroupLimits.MaxMembers, "A group has too many members.");
        FuzzFinding.Require(ledger.State.Effective.Count + ledger.State.Refusals.Count(x => x.About is null) == ledger.Count, "A change was lost.");
    }
}
