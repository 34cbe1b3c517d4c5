using Session.Protocol.Interop.Tests.Peers;
using Session.Protocol.Ratchet;
using Session.Protocol.Tests;

namespace Session.Protocol.Interop.Tests.Conversations;

/// <summary>Long conversations with the real libsignal over a bad network.</summary>
public class ConversationTests(LibsignalFixture libsignal) : IClassFixture<LibsignalFixture>
{
    private const int Messages = 1_000;

    [Theory]
    [MemberData(nameof(Handshakes.BothDirections), MemberType = typeof(Handshakes))]
    public async Task Conversation_OverABadNetwork_OpensEachMessageOnce(string release, RatchetSuite suite, bool weStart, bool withOneTime)
    {
        LibsignalProcess process = libsignal.Require(release);
        int seed = HashCode(release, suite, weStart, withOneTime);
        using var ours = new SdkParty(new SeededRandomSource(1000 + seed));
        LibsignalParty theirs = await LibsignalParty.CreateAsync(process);
        var conversation = new Conversation([ours, theirs], suite, withOneTime, seed);

        await conversation.StartAsync(weStart ? 0 : 1);
        await conversation.RunAsync(Messages);

        Assert.Equal(suite, ours.LastSuite);
        Assert.InRange(conversation.Opened, Messages * 3 / 4, conversation.Sent);
    }

    // string.GetHashCode differs from run to run, and a seed must not.
    private static int HashCode(string release, RatchetSuite suite, bool weStart, bool withOneTime) =>
        (release[0] * 1000) + ((int)suite * 10) + (weStart ? 2 : 0) + (withOneTime ? 1 : 0);
}
