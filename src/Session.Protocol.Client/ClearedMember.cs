using System.Runtime.InteropServices;
using Session.Protocol.Accounts;
using Session.Protocol.Onion.Storage.Results;

namespace Session.Protocol.Client;

/// <summary>What one member of a swarm says of a request to delete everything.</summary>
/// <param name="Node">The member.</param>
/// <param name="Outcome">Anything but <see cref="MemberOutcome.Confirmed"/>, which needs a valid signature, means that it may still hold messages.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct ClearedMember(Ed25519PublicKey Node, MemberOutcome Outcome);
