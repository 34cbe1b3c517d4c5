using Session.Protocol.Accounts;
using Session.Protocol.Client.History;
using Session.Protocol.Onion;

namespace Session.Protocol.Client.Conversations;

/// <summary>What every conversation of an account works with.</summary>
internal sealed record ConversationParts(
    SessionIdentity Identity,
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
