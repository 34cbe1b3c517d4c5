using Session.Protocol.Accounts;
using Session.Protocol.Devices;
using Session.Protocol.Groups;

namespace Session.Protocol.Client.Groups;

/// <summary>The devices of a group's members, without this one.</summary>
/// <param name="State">The state that they were worked out for.</param>
/// <param name="MadeAt">When.</param>
/// <param name="Devices">Each device with its account's record.</param>
/// <param name="Names">Account and tag of each.</param>
internal sealed record GroupTargets(
    GroupState State, DateTimeOffset MadeAt, IReadOnlyList<GroupTarget> Devices, IReadOnlySet<(AccountId Account, DeviceTag Tag)> Names);
