using Session.Protocol.Accounts;
using Session.Protocol.Groups;

namespace Session.Protocol.Tests.Groups;

public class GroupEvaluatorTests
{
    [Fact]
    public void Evaluate_InvitedMember_IsInOnceItAccepts()
    {
        using var world = new GroupWorld(2);
        world.People[0].Do(new GroupChange.Add([world.People[1].Id]));
        world.Share();
        GroupMemberState invited = world.People[0].State.Find(world.People[1].Id)!;
        world.People[1].Answer(GroupAnswer.Accept);
        world.Share();
        GroupMemberState joined = world.People[0].State.Find(world.People[1].Id)!;

        Assert.Equal((false, false), (invited.IsJoined, invited.IsAdmin));
        Assert.Equal((true, false, world.People[0].Id), (joined.IsJoined, joined.IsAdmin, joined.AddedBy));
    }

    [Fact]
    public void Evaluate_ChangesOfAPlainMember_HaveNoEffect()
    {
        using var world = new GroupWorld(3);
        world.Join(1);
        GroupWorld.Person member = world.People[1];

        SignedGroupChange[] tries =
        [
            member.Do(new GroupChange.Rename("Mine")),
            member.Do(new GroupChange.Add([world.People[2].Id])),
            member.Do(new GroupChange.Promote(member.Id)),
            member.Remove(world.People[0]),
            member.Do(new GroupChange.Rekey(new GroupKeyMark(GroupWorld.KeyId(9), 9))),
        ];

        Assert.All(tries, x => Assert.Equal(GroupRefusalReason.NotAnAdmin, member.ReasonFor(x)));
        Assert.Equal("Friends", member.State.Name);
        Assert.Equal(GroupWorld.KeyId(0), member.State.Key.Id);
    }

    [Fact]
    public void Evaluate_TheHundredAndFirst_IsRefused()
    {
        using var world = new GroupWorld(3);
        AccountId[] many = [.. Enumerable.Range(0, 98).Select(_ => NewId())];
        world.People[0].Do(new GroupChange.Add(many));
        world.People[0].Do(new GroupChange.Add([world.People[1].Id]));
        SignedGroupChange tooMany = world.People[0].Do(new GroupChange.Add([world.People[2].Id]));

        Assert.Equal(GroupLimits.MaxMembers, world.People[0].State.Members.Count);
        Assert.Equal(GroupRefusalReason.Full, world.People[0].ReasonFor(tooMany));
    }

    [Fact]
    public void Evaluate_TwoAdminsInviteTheHundredthAtOnce_TheSameOneIsRefusedEverywhere()
    {
        using var world = new GroupWorld(4);
        world.Join(1);
        world.People[0].Do(new GroupChange.Promote(world.People[1].Id));
        world.People[0].Do(new GroupChange.Add([.. Enumerable.Range(0, 97).Select(_ => NewId())]));
        world.Share();
        SignedGroupChange one = world.People[0].Do(new GroupChange.Add([world.People[2].Id]));
        SignedGroupChange other = world.People[1].Do(new GroupChange.Add([world.People[3].Id]));
        Assert.Equal((100, 100), (world.People[0].State.Members.Count, world.People[1].State.Members.Count));
        world.Share();

        GroupRefusalReason[] reasons = [world.People[0].ReasonFor(one), world.People[0].ReasonFor(other)];
        Assert.All(world.People, x => Assert.Equal(reasons, [x.ReasonFor(one), x.ReasonFor(other)]));
        Assert.Equal([GroupRefusalReason.None, GroupRefusalReason.Full], reasons.Order());
        Assert.Equal(GroupLimits.MaxMembers, world.People[0].State.Members.Count);
    }

    [Fact]
    public void Evaluate_AnAdminIsRemoved_ItsLaterChangesDoNothingHoweverTheyAreDated()
    {
        using var world = new GroupWorld(4);
        world.Join(1, 2);
        world.People[0].Do(new GroupChange.Promote(world.People[1].Id));
        world.Share();
        SignedGroupChange known = world.People[1].Do(new GroupChange.Rename("Known"));
        world.Share();
        GroupWorld.Person removed = world.People[1];
        world.People[0].Remove(removed);

        // It has not heard of the removal, or pretends so, and dates one change back.
        SignedGroupChange concurrent = removed.Do(new GroupChange.Rename("Concurrent"));
        SignedGroupChange backdated = removed.Do(new GroupChange.Add([world.People[3].Id]), sequence: known.Header.Sequence);
        world.Share();
        SignedGroupChange later = removed.Do(new GroupChange.Describe("Later"));
        world.Share();

        GroupState state = world.People[0].State;
        Assert.Equal(("Known", ""), (state.Name, state.Description));
        Assert.Null(state.Find(world.People[3].Id));
        Assert.Equal(GroupRefusalReason.AfterRemoval, world.People[0].ReasonFor(backdated));
        Assert.All([concurrent, later], x => Assert.NotEqual(GroupRefusalReason.None, world.People[0].ReasonFor(x)));
        Assert.Equal(GroupRefusalReason.None, world.People[0].ReasonFor(known));
    }

    [Fact]
    public void Evaluate_TwoAdminsRemoveEachOther_TheOneThatIsItLongerStays()
    {
        using var world = new GroupWorld(4);
        world.Join(1, 2);
        world.People[0].Do(new GroupChange.Promote(world.People[1].Id));
        world.People[0].Do(new GroupChange.Promote(world.People[2].Id));
        world.Share();

        world.People[1].Remove(world.People[2]);
        world.People[2].Remove(world.People[1], sequence: 1);
        world.Share();

        Assert.All(world.People, x => Assert.NotNull(x.State.Find(world.People[1].Id)));
        Assert.All(world.People, x => Assert.Null(x.State.Find(world.People[2].Id)));
    }

    [Fact]
    public void Evaluate_AJuniorRemovesASenior_NotSenior()
    {
        using var world = new GroupWorld(2);
        world.Join(1);
        world.People[0].Do(new GroupChange.Promote(world.People[1].Id));
        world.Share();

        SignedGroupChange coup = world.People[1].Remove(world.People[0]);

        Assert.Equal(GroupRefusalReason.NotSenior, world.People[1].ReasonFor(coup));
        Assert.True(world.People[1].State.IsAdmin(world.People[0].Id));
    }

    [Fact]
    public void Evaluate_RemovedAndInvitedAgain_TheOldAcceptanceDoesNotCount()
    {
        using var world = new GroupWorld(2);
        world.Join(1);
        SignedGroupChange oldAcceptance = world.People[1].State.Effective.Single(x => x.Author == world.People[1].Id);
        world.People[0].Remove(world.People[1]);
        world.People[0].Do(new GroupChange.Add([world.People[1].Id]));
        world.Share();
        bool before = world.People[0].State.IsJoined(world.People[1].Id);
        world.People[1].Answer(GroupAnswer.Accept);
        world.Share();

        Assert.False(before);
        Assert.True(world.People[0].State.IsJoined(world.People[1].Id));
        Assert.Equal(GroupRefusalReason.None, world.People[0].ReasonFor(oldAcceptance));
    }

    [Fact]
    public void Evaluate_InvitedByTwoAdminsAtOnce_EitherInvitationCanBeAccepted()
    {
        using var world = new GroupWorld(4);
        world.Join(1);
        world.People[0].Do(new GroupChange.Promote(world.People[1].Id));
        world.Share();
        SignedGroupChange one = world.People[0].Do(new GroupChange.Add([world.People[2].Id]));
        SignedGroupChange other = world.People[1].Do(new GroupChange.Add([world.People[2].Id]));
        SignedGroupChange second = SignedGroupChange.Compare(one, other) < 0 ? other : one;

        // The invited one knows only the invitation that comes second.
        world.People[2].Learn(second);
        foreach (SignedGroupChange change in world.People[0].State.Effective.Where(x => x.Id != one.Id))
        {
            world.People[2].Learn(change);
        }

        world.People[2].Answer(GroupAnswer.Accept);
        world.Share();

        Assert.All(world.People, x => Assert.True(x.State.IsJoined(world.People[2].Id)));
        Assert.Equal(3, world.People[0].State.Members.Count);
    }

    [Fact]
    public void Evaluate_EveryDeparture_MakesTheOuterKeyStaleUntilItIsRenewed()
    {
        using var world = new GroupWorld(5);
        world.Join(1, 2, 3);
        GroupWorld.Person admin = world.People[0];
        admin.Do(new GroupChange.Promote(world.People[1].Id));
        world.Share();
        bool atFirst = admin.State.IsKeyStale;
        world.People[2].Answer(GroupAnswer.Leave);
        world.Share();
        bool afterLeaving = admin.State.IsKeyStale;
        admin.Do(new GroupChange.Rekey(new GroupKeyMark(GroupWorld.KeyId(7), admin.State.Epoch)));
        bool renewed = admin.State.IsKeyStale;
        world.Share();

        // Two removals at once: each key is known to the one that the other removal is about.
        admin.Remove(world.People[3]);
        world.People[1].Do(new GroupChange.Add([world.People[4].Id]));
        world.Share();
        world.People[1].Remove(world.People[4]);
        world.Share();

        Assert.Equal((false, true, false), (atFirst, afterLeaving, renewed));
        Assert.Equal(3u, admin.State.Epoch);
        Assert.False(admin.State.IsKeyStale);
    }

    [Fact]
    public void Evaluate_TwoRemovalsAtOnce_LeaveAStaleKey()
    {
        using var world = new GroupWorld(4);
        world.Join(1, 2, 3);
        world.People[0].Do(new GroupChange.Promote(world.People[1].Id));
        world.Share();

        world.People[0].Remove(world.People[2]);
        world.People[1].Remove(world.People[3]);
        world.Share();

        Assert.Equal(2u, world.People[0].State.Epoch);
        Assert.True(world.People[0].State.IsKeyStale);
    }

    [Fact]
    public void Add_AnotherFoundingChange_IsRefused()
    {
        using var world = new GroupWorld(2);
        world.Join(1);

        // Every admin has the group's key, and could found the group again.
        var coup = SignedGroupChange.Sign(
            world.People[1].Identity, world.Id, new GroupChangeHeader(0, 0, default, default), new GroupChange.Create("Mine", default), world.Key);

        Assert.False(world.People[0].Ledger.Add(coup));
        Assert.Equal("Friends", world.People[0].State.Name);
    }

    private static AccountId NewId()
    {
        using SessionIdentity identity = SessionIdentity.Create();
        return identity.AccountId;
    }
}
