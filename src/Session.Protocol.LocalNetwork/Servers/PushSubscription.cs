using Session.Protocol.Accounts;
using Session.Protocol.Onion.Swarms;

namespace Session.Protocol.LocalNetwork.Servers;

/// <summary>What a device asked the push server for (protocol/24 §2.1).</summary>
/// <param name="Account">Whose messages.</param>
/// <param name="Service">For example <c>firebase</c>.</param>
/// <param name="DeviceToken">The device's token at that service.</param>
/// <param name="Namespaces">Which mailboxes, ascending.</param>
/// <param name="WantsData">Whether notifications hold the message.</param>
/// <param name="EncryptionKey">What notifications are encrypted with, 32 bytes.</param>
public sealed record PushSubscription(
    AccountId Account, string Service, string DeviceToken, IReadOnlyList<SwarmNamespace> Namespaces, bool WantsData, ReadOnlyMemory<byte> EncryptionKey);
