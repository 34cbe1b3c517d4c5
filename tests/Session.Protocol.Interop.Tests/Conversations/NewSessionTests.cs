using Session.Protocol.Interop.Tests.Peers;
using Session.Protocol.Ratchet;
using Session.Protocol.Tests;

namespace Session.Protocol.Interop.Tests.Conversations;

/// <summary>Sessions that are replaced while messages are under way: by one side, by both at once, after closing the old one.</summary>
public class NewSessionTests(LibsignalFixture libsignal) : IClassFixture<LibsignalFixture>
{
    private const int Messages = 400;

    // All of them fit into what both sides archive, so no late message is lost with its session.
    private const int NewSessions = 25;

    [Theory]
    [MemberData(nameof(Handshakes.All), MemberType = typeof(Handshakes))]
    public async Task Conversation_WithNewSessionsAtAnyTime_ConvergesAndOpensEachMessageOnce(string release, RatchetSuite suite)
    {
        LibsignalProcess process = libsignal.Require(release);
        for (int seed = 1; seed <= 3; seed++)
        {
            using var ours = new SdkParty(new SeededRandomSource(1000 + seed));
            LibsignalParty theirs = await LibsignalParty.CreateAsync(process);
            var conversation = new Conversation([ours, theirs], suite, withOneTime: seed % 2 == 0, seed);

            await conversation.StartAsync(seed % 2);
            await conversation.RunAsync(Messages, NewSessions);

            Assert.InRange(conversation.SessionCount, 10, RatchetLimits.MaxArchivedSessions);
        }
    }

    [Theory]
    [MemberData(nameof(Handshakes.All), MemberType = typeof(Handshakes))]
    public async Task BothStart_BeforeEitherHearsTheOther_BothTalkInOneSession(string release, RatchetSuite suite)
    {
        LibsignalProcess process = libsignal.Require(release);
        for (int seed = 1; seed <= 10; seed++)
        {
            using var ours = new SdkParty(new SeededRandomSource(1000 + seed));
            LibsignalParty theirs = await LibsignalParty.CreateAsync(process);
            var conversation = new Conversation([ours, theirs], suite, withOneTime: seed % 2 == 0, seed);

            await conversation.StartAsync(0);
            await conversation.StartAsync(1);
            await conversation.RunAsync(messages: 20);
        }
    }
}
