using System.Runtime.InteropServices;

namespace Session.Protocol.Client.Groups;

/// <summary>From where on a device can read a chain.</summary>
/// <param name="Iteration">Its first message in the chain.</param>
/// <param name="Number">The number of that message.</param>
/// <param name="IsRepeated">It asked for the key, and got it once more.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct GroupDelivery(uint Iteration, ulong Number, bool IsRepeated);
