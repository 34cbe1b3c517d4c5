using System.Runtime.InteropServices;
using Session.Protocol.Accounts;

namespace Session.Protocol.Onion.Paths;

/// <summary>A node that this client enters the network through, as long as it can.</summary>
/// <param name="Node">Its Ed25519 key.</param>
/// <param name="Since">When it was chosen, by the local clock.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct KeptGuard(Ed25519PublicKey Node, DateTimeOffset Since);
