using Session.Protocol.Ratchet;

namespace Session.Protocol.Devices;

/// <summary>One message for one device.</summary>
internal readonly record struct RatchetBody(DeviceTag Recipient, RatchetMessage Message);
