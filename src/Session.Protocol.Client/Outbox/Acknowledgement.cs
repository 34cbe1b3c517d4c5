using Session.Protocol.Client.Stores;
using Session.Protocol.Onion.Storage;

namespace Session.Protocol.Client.Outbox;

/// <summary>What makes a received message count as handled.</summary>
internal static class Acknowledgement
{
    /// <summary>Both of its names are remembered for as long as any node keeps a message; what the ratchet opened is no longer needed.</summary>
    public static AccountChanges Of(ReceivedMessage message, DateTimeOffset now) => new()
    {
        Handled = [new HandledMessage(message.Hash, now + StorageLimits.MaxTimeToLive, message.Key)],
        States = [new AccountState(new AccountStateKey(AccountStateKind.PendingMessage, message.Hash), default)],
    };
}
