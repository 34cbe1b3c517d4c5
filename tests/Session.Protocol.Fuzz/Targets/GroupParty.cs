using Session.Protocol.Accounts;
using Session.Protocol.Groups;

namespace Session.Protocol.Fuzz.Targets;

/// <summary>A group whose keys are always the same, so that kept inputs stay genuine.</summary>
internal sealed class GroupParty
{
    private readonly SignedGroupChange[] _changes;

    public GroupParty()
    {
        AccountId member = SessionIdentity.FromSeed(Enumerable.Repeat((byte)3, 32).ToArray()).AccountId;
        Founding = SignedGroupChange.Sign(Founder, Group, new GroupChangeHeader(0, 1, default, default), new GroupChange.Create("Friends", default), Key);
        var adding = SignedGroupChange.Sign(Founder, Group, new GroupChangeHeader(1, 2, Founding.Id, Founding.Id), new GroupChange.Add([member]));
        _changes = [Founding, adding];
    }

    public SessionIdentity Founder { get; } = SessionIdentity.FromSeed(Enumerable.Repeat((byte)1, 32).ToArray());

    /// <summary>The only signed change by the founder that the corpus holds.</summary>
    public SignedGroupChange Founding { get; }

    public GroupAdminKey Key { get; } = GroupAdminKey.FromSeed(Enumerable.Repeat((byte)2, 32).ToArray());

    public AccountId Group => Key.GroupId;

    public GroupLedger Ledger()
    {
        var ledger = new GroupLedger();
        Array.ForEach(_changes, x => ledger.Add(x));
        return ledger;
    }
}
