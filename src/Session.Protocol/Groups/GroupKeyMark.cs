namespace Session.Protocol.Groups;

/// <summary>Names an outer key without giving it away.</summary>
/// <param name="Id">Hash of the key.</param>
/// <param name="Epoch">Departures that its author knew; with more of them the key is stale: somebody who left may have it.</param>
[System.Runtime.InteropServices.StructLayout(System.Runtime.InteropServices.LayoutKind.Auto)]
internal readonly record struct GroupKeyMark(GroupHash Id, uint Epoch);
