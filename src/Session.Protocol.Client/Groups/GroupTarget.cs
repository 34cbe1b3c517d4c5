using Session.Protocol.Accounts;
using Session.Protocol.Devices;

namespace Session.Protocol.Client.Groups;

/// <summary>One device to encrypt to.</summary>
internal sealed record GroupTarget(AccountId Account, DeviceRecord Device, CapabilityRecord Record)
{
    public (AccountId Account, DeviceTag Tag) Name => (Account, Device.Tag);
}
