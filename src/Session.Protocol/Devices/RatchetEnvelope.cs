namespace Session.Protocol.Devices;

/// <summary>
/// A message to the devices of one account, as it travels inside the sealed box in the device namespace. The box hides tags and
/// ratchet keys from the storage nodes and proves the sender's account.
/// </summary>
/// <param name="Sender">The device that encrypted.</param>
/// <param name="Recipients">All devices that it encrypted to. A device that is not among them knows at once that it was left out.</param>
/// <param name="AlsoSealed">The same message went out as version 1 too, so it is not protected better than that.</param>
/// <param name="Bodies">What is in this envelope; a large message needs several.</param>
internal sealed record RatchetEnvelope(DeviceTag Sender, IReadOnlyList<DeviceTag> Recipients, bool AlsoSealed, IReadOnlyList<RatchetBody> Bodies);
