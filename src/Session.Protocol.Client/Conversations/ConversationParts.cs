using Session.Protocol.Accounts;
using Session.Protocol.Client.History;
using Session.Protocol.Onion;
using Session.Protocol.Onion.Swarms;

namespace Session.Protocol.Client.Conversations;

/// <summary>What every conversation of an account works with.</summary>
internal sealed record ConversationParts(
    SessionIdentity Identity,
    ISwarmClient Swarm,
    INetworkClock Clock,
    ContactBook Book,
    MessageHistory History,
    ConversationOutbox Outbox,
    TypingTimes Typing,
    ReadTimers Timers,
    ConversationOptions Options)
{
    public AccountId Self => Identity.AccountId;
}
