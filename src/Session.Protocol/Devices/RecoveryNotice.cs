using Session.Protocol.Accounts;

namespace Session.Protocol.Devices;

/// <summary>A device's word that it could not open a message: asks for a fresh session and for the message again (protocol/32 §4.7).</summary>
/// <param name="Sender">The device that could not open it.</param>
/// <param name="Failed">The device whose message it was.</param>
/// <param name="TimestampMs">The time of that message.</param>
/// <param name="RatchetKey">The ratchet key in it; null when there was nothing in it for <paramref name="Sender"/>.</param>
internal sealed record RecoveryNotice(DeviceTag Sender, DeviceTag Failed, long TimestampMs, X25519PublicKey? RatchetKey);
