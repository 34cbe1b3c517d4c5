using Session.Protocol.Interop.Tests.Peers;
using Session.Protocol.Ratchet;
using Session.Protocol.Tests;

namespace Session.Protocol.Interop.Tests.Conversations;

/// <summary>
/// The same conversations with both ends from this library. They run where libsignal is missing too, and tell a fault of the
/// model in <see cref="Conversation"/> from a difference between the libraries.
/// </summary>
public class OwnConversationTests
{
    [Theory]
    [InlineData(RatchetSuite.X3dh)]
    [InlineData(RatchetSuite.PqxdhWithPqChain)]
    public async Task Conversation_BetweenTwoOfOurs_OpensEachMessageOnce(RatchetSuite suite)
    {
        for (int seed = 1; seed <= 5; seed++)
        {
            using var alice = new SdkParty(new SeededRandomSource(1000 + seed), "alice");
            using var bob = new SdkParty(new SeededRandomSource(2000 + seed), "bob");
            var conversation = new Conversation([alice, bob], suite, withOneTime: true, seed);

            await conversation.StartAsync(0);
            await conversation.RunAsync(messages: 400, newSessions: seed == 1 ? 0 : 25);

            Assert.InRange(conversation.Opened, 250, conversation.Sent);
        }
    }
}
