using Session.Protocol.Interop.Tests.Peers;
using Session.Protocol.SenderKeys;
using Session.Protocol.Tests;
using Session.Protocol.Tests.SenderKeys;

namespace Session.Protocol.Interop.Tests.Groups;

/// <summary>Groups with the real libsignal, in both directions.</summary>
public class GroupConversationTests(LibsignalFixture libsignal) : IClassFixture<LibsignalFixture>
{
    private const int Messages = 1_000;

    public static TheoryData<string> All => [Releases.Current, Releases.Classic, Releases.Legacy];

    [Theory]
    [MemberData(nameof(All))]
    public async Task Conversation_OverABadNetwork_OpensEachMessageOnce(string release)
    {
        LibsignalProcess process = libsignal.Require(release);
        var group = Guid.NewGuid();
        int seed = release[0];
        using var ours = new SdkMember(group, new SeededRandomSource(1000 + seed));
        var conversation = new GroupConversation([ours, await LibsignalMember.CreateAsync(process, group)], seed);

        await conversation.RunAsync(Messages);

        Assert.InRange(conversation.Opened, Messages * 3 / 4, conversation.Sent);
        Assert.True(conversation is { Late: > 0, Forgotten: > 0 }, $"{conversation.Late} messages of earlier chains, {conversation.Forgotten} of forgotten ones: too tame to prove anything");
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task Newcomer_WithTheCurrentDistribution_ReadsWhatComesAndNotWhatWas(string release)
    {
        LibsignalProcess process = libsignal.Require(release);
        var group = Guid.NewGuid();
        using var ours = new SdkMember(group, new SeededRandomSource(1));
        LibsignalMember theirs = await LibsignalMember.CreateAsync(process, group);
        foreach ((IGroupMember author, IGroupMember newcomer) in new (IGroupMember, IGroupMember)[] { (ours, theirs), (theirs, ours) })
        {
            _ = await author.DistributeAsync();
            byte[] before = await author.EncryptAsync([1]);
            await newcomer.ProcessAsync(author, await author.DistributeAsync());
            byte[] after = await author.EncryptAsync([2]);

            Assert.True((await newcomer.OpenAsync(author, before)).IsDuplicate);
            Assert.Equal([2], (await newcomer.OpenAsync(author, after)).Plaintext);
        }
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task Jump_Of25000_IsLibsignalsBoundToo(string release)
    {
        LibsignalProcess process = libsignal.Require(release);
        using var group = new SenderKeyGroup();
        LibsignalMember theirs = await LibsignalMember.CreateAsync(process, SenderKeyGroup.Id);
        using var author = new SdkMember(SenderKeyGroup.Id, new SeededRandomSource(1));
        await theirs.ProcessAsync(author, group.Distribution);
        group.Skip(SenderKeyLimits.MaxForwardJump);
        byte[] farthest = group.Send("near enough"), beyond = group.Send("too far");

        Assert.Null((await theirs.OpenAsync(author, beyond)).Plaintext);
        Assert.Equal("near enough"u8.ToArray(), (await theirs.OpenAsync(author, farthest)).Plaintext);
        Assert.Equal("too far"u8.ToArray(), (await theirs.OpenAsync(author, beyond)).Plaintext);
    }
}
