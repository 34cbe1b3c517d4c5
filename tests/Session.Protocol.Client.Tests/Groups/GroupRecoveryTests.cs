using Session.Protocol.Client.Groups;
using Session.Protocol.Client.Stores;
using Session.Protocol.Groups;
using Session.Protocol.LocalNetwork.Faults;
using Session.Protocol.Onion.Storage.Results;

namespace Session.Protocol.Client.Tests.Groups;

public sealed class GroupRecoveryTests(TestNetwork network) : GroupTestBase(network)
{
    [Fact]
    public async Task Receive_TheSenderKeyWasLost_AsksForItAndDeliversInOrder()
    {
        Participant[] all = await StartManyAsync(3);
        ISessionGroup[] groups = await FoundAsync(all);
        await using RawGroup raw = await RawGroup.OpenAsync(Network, all[0], groups[0].Id);
        await all[2].PauseAsync();
        await SayAsync(groups[1], "one");
        await SayAsync(groups[1], "two");
        await SayAsync(groups[1], "three");
        await LoseAsync(raw, all[0], x => !x.Letters.IsEmpty);

        all[2].Resume();
        await all[2].GotAsync("three");

        Assert.Equal(["one", "two", "three"], all[2].Texts(groups[0].Id));
        Assert.Empty(all[2].Missing);
        Assert.Single((await RawGroup.AccessAsync(all[2].Store, groups[0].Id)).Asked, new GroupAsk(all[1].Id, GroupRequest.SenderKey, 0));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Receive_TheQuestionOrTheAnswerIsNotTaken_ItSurvivesARestartAndTheMessageArrives(bool isQuestion)
    {
        Participant[] all = await StartManyAsync(3);
        ISessionGroup[] groups = await FoundAsync(all);
        await using RawGroup raw = await RawGroup.OpenAsync(Network, all[0], groups[0].Id);
        await all[2].PauseAsync();
        await SayAsync(groups[1], "one");
        await LoseAsync(raw, all[0], x => !x.Letters.IsEmpty);
        (Participant writer, Participant reader) = isQuestion ? (all[2], all[1]) : (all[1], all[2]);
        ActiveFault trouble = Network.Network.Faults.Add(Fault.AllMembersFail(500).ForAccount(reader.Id).OnMethod("store"));

        all[2].Resume();
        await writer.UntilAsync(() => trouble.Fired > 0);
        await writer.RestartAsync();
        trouble.Remove();
        await all[2].GotAsync("one");

        Assert.Empty(all[2].Missing);
    }

    [Fact]
    public async Task Receive_AMessageWasLost_IsReportedOnceAndTheRestArrives()
    {
        Participant[] all = await StartManyAsync(2);
        ISessionGroup[] groups = await FoundAsync(all);
        await using RawGroup raw = await RawGroup.OpenAsync(Network, all[0], groups[0].Id);
        await SayAsync(groups[1], "one");
        await all[0].GotAsync("one");
        await all[0].PauseAsync();
        SentMessage lost = await SayAsync(groups[1], "two");
        await SayAsync(groups[1], "three");
        await LoseAsync(raw, [lost.Hash]);

        all[0].Resume();
        await all[0].GotAsync("three");
        await all[0].UntilAsync(() => all[0].Missing.Any());
        await SayAsync(groups[1], "four");
        await all[0].GotAsync("four");

        MissingMessagesEventArgs missing = Assert.Single(all[0].Missing);
        Assert.Equal((groups[0].Id, all[1].Id, 1), (missing.GroupId, missing.Author!.Value, missing.Count));
        Assert.Equal(["one", "three", "four"], all[0].Texts(groups[0].Id));
    }

    [Fact]
    public async Task Receive_OfflineForLongerThanTheSwarmKeeps_AsksForTheGroupAndGoesOn()
    {
        Participant[] all = await StartManyAsync(4);
        ISessionGroup[] groups = await FoundAsync(all);
        await using RawGroup raw = await RawGroup.OpenAsync(Network, all[0], groups[0].Id);
        await all[2].PauseAsync();

        // The removal, the new outer key and the new sender keys are gone before it is back.
        await groups[0].RemoveAsync([all[3].Id], Cancel);
        await groups[0].RenameAsync("Smaller", Cancel);
        await all[1].UntilAsync(groups[1], x => x.Name == "Smaller");
        await SayAsync(groups[1], "unseen");
        await all[0].GotAsync("unseen");
        await LoseAsync(raw, (await raw.ObjectsAsync()).Select(x => x.Hash));
        all[2].Resume();
        await SayAsync(groups[1], "seen");
        await all[2].UntilAsync(groups[2], x => x.Name == "Smaller" && x.Members.Count == 3);
        await all[2].GotAsync("seen");
        await SayAsync(groups[2], "back again");

        await all[0].GotAsync("back again");
        await all[1].GotAsync("back again");
    }

    [Fact]
    public async Task RecoverAsync_AMemberThatLostEverything_IsInTheGroupAgain()
    {
        Participant[] all = await StartManyAsync(3);
        ISessionGroup[] groups = await FoundAsync(all);
        await SayAsync(groups[1], "before");
        await all[2].GotAsync("before");
        await all[2].RestartAsync(losesState: true);
        Assert.Null(await all[2].Client.Groups.GetAsync(groups[0].Id, Cancel));

        await all[2].Client.Groups.RecoverAsync(groups[0].Id, all[0].Id, Cancel);
        await all[2].UntilAsync(() => all[2].Changes.Any(x => x.Kind == GroupChangeKind.Joined));
        ISessionGroup again = await all[2].GroupAsync(groups[0].Id);
        await SayAsync(again, "who am I");
        await all[0].GotAsync("who am I");
        await all[1].GotAsync("who am I");
        await SayAsync(groups[0], "you are");
        await all[2].GotAsync("you are");

        Assert.Equal(GroupStatus.Joined, again.Status);
    }

    [Fact]
    public async Task RecoverAsync_TheFirstAnswersFail_TheMemberIsInTheGroupAllTheSame()
    {
        Participant[] all = await StartManyAsync(2);
        ISessionGroup[] groups = await FoundAsync(all);
        await all[1].RestartAsync(losesState: true);
        ActiveFault trouble = Network.Network.Faults.Add(Fault.AllMembersFail(500).ForAccount(all[1].Id).OnMethod("store"));

        await all[1].Client.Groups.RecoverAsync(groups[0].Id, all[0].Id, Cancel);
        await all[0].UntilAsync(() => trouble.Fired > 0);
        trouble.Remove();
        await all[1].UntilAsync(() => all[1].Changes.Any(x => x.Kind == GroupChangeKind.Joined));

        await SayAsync(await all[1].GroupAsync(groups[0].Id), "back");
        await all[0].GotAsync("back");
    }

    [Fact]
    public async Task Receive_TheTokenIsRevokedWithoutAWord_TheGroupEndsAndTheAccountGoesOn()
    {
        Participant[] all = await StartManyAsync(2);
        ISessionGroup[] groups = await FoundAsync(all);
        await using RawGroup raw = await RawGroup.OpenAsync(Network, all[0], groups[0].Id);

        await raw.RevokeAsync(all[1].Id);
        await all[1].UntilAsync(groups[1], x => x.Status == GroupStatus.Ended);
        await all[0].Client.SendTextAsync(all[1].Id, "still there?", Cancel);
        await all[1].GotAsync("still there?");

        await all[1].UntilAsync(() => all[1].Changes.Any(x => x.Kind == GroupChangeKind.AccessRevoked));
        Assert.Empty(await all[1].Store.ListStatesAsync(AccountStateKind.GroupReader));
    }

    [Fact]
    public async Task RestartAsync_FromItsStore_RepeatsNothingAndMissesNothing()
    {
        Participant[] all = await StartManyAsync(2);
        ISessionGroup[] groups = await FoundAsync(all);
        await SayAsync(groups[0], "one");
        await all[1].GotAsync("one");
        await SayAsync(groups[1], "mine");
        await all[0].GotAsync("mine");

        await all[1].RestartAsync();
        ISessionGroup group = await all[1].GroupAsync(groups[0].Id);
        await SayAsync(groups[0], "two");
        await all[1].GotAsync("two");
        await SayAsync(group, "mine too");
        await all[0].GotAsync("mine too");

        Assert.Equal(["one", "two"], all[1].Texts(group.Id));
        Assert.Empty(all[1].Missing);
        Assert.Empty(all[0].Missing);
    }

    private static async Task LoseAsync(RawGroup raw, Participant member, Func<GroupObject, bool> isLost)
    {
        GroupAccess access = await RawGroup.AccessAsync(member.Store, raw.Id);
        await LoseAsync(raw, (await raw.ObjectsAsync()).Where(x => raw.Open([x], access).Any(isLost)).Select(x => x.Hash));
    }

    private static async Task LoseAsync(RawGroup raw, IEnumerable<string> hashes)
    {
        HashSet<string> lost = [.. hashes];
        StoredMessage[] objects = [.. (await raw.ObjectsAsync()).Where(x => lost.Contains(x.Hash))];
        Assert.NotEmpty(objects);
        await raw.DeleteAsync(objects);
    }
}
