namespace Session.Protocol.LocalNetwork.Faults;

/// <summary>A place and moment at which a fault could act.</summary>
/// <param name="Role">The part that the place has in the request.</param>
/// <param name="Node">The node; null for servers and seeds.</param>
/// <param name="Method">The method called, where it can be seen there.</param>
/// <param name="Account">The account that the call is about, 66 lower-case hexadecimal digits, where it can be seen.</param>
/// <param name="SeedIndex">Which seed.</param>
internal readonly record struct FaultSite(NodeRole Role, LocalNode? Node, string? Method = null, string? Account = null, int? SeedIndex = null);
