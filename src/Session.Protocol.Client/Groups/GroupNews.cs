using Session.Protocol.Accounts;
using Session.Protocol.Client.Ratchet;
using Session.Protocol.Devices;
using Session.Protocol.Groups;

namespace Session.Protocol.Client.Groups;

/// <summary>What came out of handling stored objects and letters: to hand out, to tell, to answer. All of it is committed already.</summary>
internal sealed class GroupNews
{
    public List<PendingMessage> Messages { get; } = [];

    public List<GroupChangedEventArgs> Changes { get; } = [];

    public List<MissingMessagesEventArgs> Missing { get; } = [];

    /// <summary>Requests of members that are answered outside of the step.</summary>
    public List<(LocalGroup Group, AccountId Account, DeviceTag Device, GroupRequest Request)> Requests { get; } = [];

    /// <summary>Notices to send because a ratchet session is broken.</summary>
    public List<(AccountId Account, RecoveryNotice Notice)> Notices { get; } = [];
}
