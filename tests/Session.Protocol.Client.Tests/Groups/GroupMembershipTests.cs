using Session.Protocol.Accounts;
using Session.Protocol.Client.Groups;
using Session.Protocol.Groups;

namespace Session.Protocol.Client.Tests.Groups;

public sealed class GroupMembershipTests(TestNetwork network) : GroupTestBase(network)
{
    [Fact]
    public async Task RemoveAsync_AMember_TheOthersGoOnAndItLearnsOfItsRemoval()
    {
        Participant[] all = await StartManyAsync(3);
        ISessionGroup[] groups = await FoundAsync(all);
        await SayAsync(groups[2], "before");
        await all[1].GotAsync("before");

        await groups[0].RemoveAsync([all[2].Id], Cancel);
        await all[1].UntilAsync(groups[1], x => x.Members.Count == 2);
        await all[2].UntilAsync(groups[2], x => x.Status == GroupStatus.Ended);
        await SayAsync(groups[1], "after");
        await all[0].GotAsync("after");

        GroupException refused = await Assert.ThrowsAsync<GroupException>(async () => await SayAsync(groups[2], "from outside"));
        Assert.Equal(GroupProblem.NotAMember, refused.Problem);
        Assert.DoesNotContain("after", all[2].Texts(groups[0].Id));
        await all[1].UntilAsync(() => all[1].Changes.Any(x => x.Kind == GroupChangeKind.MembersRemoved && x.Author == all[0].Id && x.Members.SequenceEqual([all[2].Id])));
        await all[2].UntilAsync(() => all[2].Changes.Any(x => x.Kind == GroupChangeKind.MembersRemoved));
    }

    [Fact]
    public async Task InviteAsync_ALaterMember_ReadsOnlyWhatIsSentAfterItJoined()
    {
        Participant[] all = await StartManyAsync(3);
        ISessionGroup[] groups = await FoundAsync(all[0], all[1]);
        await SayAsync(groups[0], "early");
        await all[1].GotAsync("early");

        await groups[0].InviteAsync([all[2].Id], Cancel);
        ISessionGroup late = await all[2].AcceptAsync(groups[0].Id);
        await all[0].UntilAsync(groups[0], x => x.Members.Count(y => y.HasJoined) == 3);
        await SayAsync(groups[0], "late");
        await all[2].GotAsync("late");
        await SayAsync(late, "hello");
        await all[0].GotAsync("hello");
        await all[1].GotAsync("hello");

        Assert.Equal(["late"], all[2].Texts(groups[0].Id));
        Assert.Empty(all[2].Missing);
    }

    [Fact]
    public async Task LeaveAsync_AMember_EndsForItAndTheOthersGoOn()
    {
        Participant[] all = await StartManyAsync(3);
        ISessionGroup[] groups = await FoundAsync(all);

        await groups[1].LeaveAsync(Cancel);
        await all[0].UntilAsync(groups[0], x => x.Members.Count == 2);
        await all[2].UntilAsync(groups[2], x => x.Members.Count == 2);
        await SayAsync(groups[2], "without you");
        await all[0].GotAsync("without you");

        Assert.Equal(GroupStatus.Ended, groups[1].Status);
        Assert.Empty(all[1].Texts(groups[0].Id));
    }

    [Fact]
    public async Task DeclineAsync_AnInvitation_TheGroupLearns()
    {
        Participant[] all = await StartManyAsync(2);
        ISessionGroup group = await all[0].Client.Groups.CreateAsync("Friends", [all[1].Id], Cancel);
        await all[1].UntilAsync(() => all[1].Changes.Any(x => x.Kind == GroupChangeKind.Invited));
        ISessionGroup invited = await all[1].GroupAsync(group.Id);
        Assert.Equal(GroupStatus.Invited, invited.Status);
        Assert.Equal(GroupProblem.NotJoined, (await Assert.ThrowsAsync<GroupException>(async () => await SayAsync(invited, "too soon"))).Problem);

        await invited.DeclineAsync(Cancel);
        await all[0].UntilAsync(group, x => x.Members.Count == 1);

        await all[0].UntilAsync(() => all[0].Changes.Any(x => x.Kind == GroupChangeKind.MemberDeclined && x.Author == all[1].Id));

        Assert.Equal(GroupStatus.Ended, invited.Status);
    }

    [Fact]
    public async Task PromoteAsync_AMember_MayDoWhatAdminsDo()
    {
        Participant[] all = await StartManyAsync(4);
        ISessionGroup[] groups = await FoundAsync(all[0], all[1], all[2]);
        Assert.Equal(GroupProblem.NotAnAdmin, (await Assert.ThrowsAsync<GroupException>(async () => await groups[1].RenameAsync("Mine", Cancel))).Problem);

        await groups[0].PromoteAsync(all[1].Id, Cancel);
        await all[1].UntilAsync(groups[1], x => x.IsAdmin);
        await groups[1].RenameAsync("Ours", Cancel);
        await groups[1].SetDescriptionAsync("All of us", Cancel);
        await groups[1].InviteAsync([all[3].Id], Cancel);
        ISessionGroup late = await all[3].AcceptAsync(groups[0].Id);
        await groups[1].RemoveAsync([all[2].Id], Cancel);
        await all[0].UntilAsync(groups[0], x => x.Members.Count(y => y.HasJoined) == 3 && x.Members.All(y => y.Account != all[2].Id));
        await all[3].UntilAsync(late, x => x.Members.Count == 3);

        Assert.Equal(("Ours", "All of us"), (groups[0].Name, groups[0].Description));
        Assert.Equal(("Ours", "All of us"), (late.Name, late.Description));
        Assert.Equal(GroupProblem.NotSenior, (await Assert.ThrowsAsync<GroupException>(async () => await groups[1].RemoveAsync([all[0].Id], Cancel))).Problem);
    }

    [Fact]
    public async Task InviteAsync_AFormerMember_IsInAgain()
    {
        Participant[] all = await StartManyAsync(2);
        ISessionGroup[] groups = await FoundAsync(all);
        await groups[0].RemoveAsync([all[1].Id], Cancel);
        await all[1].UntilAsync(groups[1], x => x.Status == GroupStatus.Ended);

        await groups[0].InviteAsync([all[1].Id], Cancel);
        await all[1].UntilAsync(groups[1], x => x.Status == GroupStatus.Invited);
        await groups[1].AcceptAsync(Cancel);
        await all[0].UntilAsync(groups[0], x => x.Members.All(y => y.HasJoined) && x.Members.Count == 2);
        await SayAsync(groups[0], "welcome back");
        await SayAsync(groups[1], "thanks");

        await all[1].GotAsync("welcome back");
        await all[0].GotAsync("thanks");
    }

    [Fact]
    public async Task InviteAsync_TwoAdminsFillTheGroupAtOnce_OneIsToldThatItWasTooMany()
    {
        Participant[] all = await StartManyAsync(4);
        ISessionGroup[] groups = await FoundAsync(all[0], all[1]);
        await groups[0].PromoteAsync(all[1].Id, Cancel);
        await all[1].UntilAsync(groups[1], x => x.IsAdmin);

        // People who do not exist, so that 100 need no clients.
        var service = (GroupService)all[0].Client.Groups;
        AccountId[] nobodies = [.. Enumerable.Range(0, 97).Select(_ => NewId())];
        await service.ChangeAsync((await service.FindAsync(groups[0].Id, Cancel))!, _ => new GroupChange.Add(nobodies), null, Cancel);
        await all[1].UntilAsync(groups[1], x => x.Members.Count == 99);
        await Task.WhenAll(all[0].PauseAsync(), all[1].PauseAsync());
        await groups[0].InviteAsync([all[2].Id], Cancel);
        await groups[1].InviteAsync([all[3].Id], Cancel);
        Assert.Equal(GroupProblem.Full, (await Assert.ThrowsAsync<GroupException>(async () => await groups[0].InviteAsync([all[3].Id], Cancel))).Problem);
        all[0].Resume();
        all[1].Resume();
        Func<Participant, IEnumerable<GroupChangedEventArgs>> refusals = x => x.Changes.Where(y => y.Kind == GroupChangeKind.InviteRefused);
        await all[0].UntilAsync(() => refusals(all[0]).Concat(refusals(all[1])).Any());
        await all[0].UntilAsync(() => groups[0].Members.Select(x => x.Account).ToHashSet().SetEquals(groups[1].Members.Select(x => x.Account)));

        GroupChangedEventArgs refusal = Assert.Single(refusals(all[0]).Concat(refusals(all[1])));
        Assert.Equal(100, groups[0].Members.Count);
        Assert.Equal([refusal.Author == all[0].Id ? all[2].Id : all[3].Id], refusal.Members);
        Assert.DoesNotContain(groups[1].Members, x => x.Account == refusal.Members[0]);
    }

    [Fact]
    public async Task SendAsync_AMemberWithTwoDevices_BothTakePart()
    {
        Participant bob = await StartAsync(), phone = await StartAsync(), laptop = await StartAsync(phone.Identity);
        await phone.RestartAsync(); // looks at its own record again, as it does hourly
        ISessionGroup group = await bob.Client.Groups.CreateAsync("Devices", [phone.Id], Cancel);
        ISessionGroup onPhone = await phone.AcceptAsync(group.Id);
        await laptop.UntilAsync(() => laptop.Changes.Any(x => x.Kind == GroupChangeKind.Invited));
        ISessionGroup onLaptop = await laptop.GroupAsync(group.Id);
        await laptop.UntilAsync(onLaptop, x => x.Status == GroupStatus.Joined);
        await bob.UntilAsync(group, x => x.Members.All(y => y.HasJoined));

        await SayAsync(group, "to both");
        await phone.GotAsync("to both");
        await laptop.GotAsync("to both");
        await SayAsync(onPhone, "from the phone");
        await bob.GotAsync("from the phone");
        ReceivedMessage own = await laptop.GotAsync("from the phone");
        await SayAsync(onLaptop, "from the laptop");
        await bob.GotAsync("from the laptop");
        await phone.GotAsync("from the laptop");

        Assert.Equal(phone.Id, own.Sender);
    }

    private static AccountId NewId()
    {
        using SessionIdentity identity = SessionIdentity.Create();
        return identity.AccountId;
    }
}
