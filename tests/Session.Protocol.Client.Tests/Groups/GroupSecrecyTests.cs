using Session.Protocol.Client.Groups;
using Session.Protocol.Client.Ratchet;
using Session.Protocol.Client.Stores;
using Session.Protocol.Devices;
using Session.Protocol.Groups;
using Session.Protocol.Onion.Storage.Results;

namespace Session.Protocol.Client.Tests.Groups;

/// <summary>What somebody can read who has every object of the group's swarm and everything in a member's store.</summary>
public sealed class GroupSecrecyTests(TestNetwork network) : GroupTestBase(network)
{
    [Fact]
    public async Task RemovedMember_WithItsWholeStateAndTheSwarm_ReadsNothingSentAfterwards()
    {
        Participant[] all = await StartManyAsync(3);
        ISessionGroup[] groups = await FoundAsync(all);
        await SayAsync(groups[0], "before 0");
        await SayAsync(groups[1], "before 1");
        await all[2].GotAsync("before 0");
        await all[2].GotAsync("before 1");
        await using RawGroup raw = await RawGroup.OpenAsync(Network, all[0], groups[0].Id);

        // It does not take part any more, so that it forgets nothing.
        await all[2].PauseAsync();
        HashSet<string> before = [.. (await raw.ObjectsAsync()).Select(x => x.Hash)];
        await groups[0].RemoveAsync([all[2].Id], Cancel);
        await all[1].UntilAsync(groups[1], x => x.Members.Count == 2);
        await SayAsync(groups[0], "after 0");
        await SayAsync(groups[1], "after 1");
        await groups[0].RenameAsync("Without Carol", Cancel);
        await all[0].GotAsync("after 1");
        await all[1].GotAsync("after 0");

        StoredMessage[] since = [.. (await raw.ObjectsAsync()).Where(x => !before.Contains(x.Hash))];
        GroupAccess removed = await RawGroup.AccessAsync(all[2].Store, groups[0].Id);
        GroupAccess remaining = await RawGroup.AccessAsync(all[1].Store, groups[0].Id);
        IReadOnlyList<GroupObject> seen = raw.Open(since, removed);
        IReadOnlyList<GroupObject> real = raw.Open(since, remaining);
        DeviceTag tag = await TagAsync(all[2]);

        // Of all that was stored it can open the removal's letters, which are for other devices and encrypted to them.
        Assert.Equal(2, real.Count(x => !x.Message.IsEmpty));
        Assert.DoesNotContain(seen, x => !x.Message.IsEmpty || x.Changes.Count > 0);
        Assert.All(seen, x => Assert.DoesNotContain(GroupLetters.TryRead(x.Letters.Span, raw.Id)!.Bodies, y => y.Recipient == tag));

        // Even if a member gave it the outer key, the sender keys are others.
        Assert.Empty(await raw.ReadAsync(all[2].Store, real));
        Assert.All(real.Where(x => !x.Letters.IsEmpty), x => Assert.DoesNotContain(GroupLetters.TryRead(x.Letters.Span, raw.Id)!.Bodies, y => y.Recipient == tag));
    }

    [Fact]
    public async Task RemovedMember_ItsTokenIsRevoked()
    {
        Participant[] all = await StartManyAsync(2);
        ISessionGroup[] groups = await FoundAsync(all);
        await all[1].PauseAsync();

        await groups[0].RemoveAsync([all[1].Id], Cancel);
        Onion.OnionException refused = await Assert.ThrowsAnyAsync<Onion.OnionException>(async () => await SayAsync(groups[1], "I know nothing"));

        Assert.Equal(Onion.OnionFault.Unauthorized, refused.Fault);
        Assert.Empty(all[0].Texts(groups[0].Id));
    }

    [Fact]
    public async Task NewMember_WithItsWholeStateAndTheSwarm_ReadsNothingSentBefore()
    {
        Participant[] all = await StartManyAsync(3);
        ISessionGroup[] groups = await FoundAsync(all[0], all[1]);
        await SayAsync(groups[0], "before 0");
        await SayAsync(groups[1], "before 1");
        await all[1].GotAsync("before 0");
        await all[0].GotAsync("before 1");
        await using RawGroup raw = await RawGroup.OpenAsync(Network, all[0], groups[0].Id);
        HashSet<string> before = [.. (await raw.ObjectsAsync()).Select(x => x.Hash)];

        await groups[0].InviteAsync([all[2].Id], Cancel);
        ISessionGroup late = await all[2].AcceptAsync(groups[0].Id);
        await all[0].UntilAsync(groups[0], x => x.Members.Count(y => y.HasJoined) == 3);
        await all[1].UntilAsync(groups[1], x => x.Members.Count(y => y.HasJoined) == 3);

        // The chains of both authors go on: it gets them where they are now.
        await SayAsync(groups[0], "after 0");
        await SayAsync(groups[1], "after 1");
        await all[2].GotAsync("after 0");
        await all[2].GotAsync("after 1");

        IReadOnlyList<StoredMessage> objects = await raw.ObjectsAsync();
        GroupAccess access = await RawGroup.AccessAsync(all[2].Store, late.Id);
        IReadOnlyList<GroupObject> early = raw.Open(objects.Where(x => before.Contains(x.Hash)), access);
        Assert.Equal(2, early.Count(x => !x.Message.IsEmpty));
        Assert.Empty(await raw.ReadAsync(all[2].Store, early));
        Assert.Equal(["after 0", "after 1"], all[2].Texts(late.Id).Order());
        Assert.Empty(all[2].Missing);
    }

    [Fact]
    public async Task StorageNodes_SeeNoIdsOfMembers()
    {
        Participant[] all = await StartManyAsync(2);
        ISessionGroup[] groups = await FoundAsync(all);
        await SayAsync(groups[0], "hello");
        await all[1].GotAsync("hello");
        await using RawGroup raw = await RawGroup.OpenAsync(Network, all[0], groups[0].Id);

        byte[][] telling = [.. all.SelectMany(x => new[] { x.Identity.AccountId.KeySpan().ToArray(), x.Identity.SigningKey.AsSpan().ToArray() }), (await TagAsync(all[0])).ToArray()];
        Assert.All(await raw.ObjectsAsync(), x => Assert.All(telling, y => Assert.Equal(-1, x.Data.Span.IndexOf(y))));
    }

    private static async Task<DeviceTag> TagAsync(Participant participant)
    {
        byte[] device = (await participant.Store.LoadStateAsync(new AccountStateKey(AccountStateKind.Device, "self")))!;
        using LocalDevice local = LocalDevice.Read(device, participant.Id);
        return local.Tag;
    }
}
