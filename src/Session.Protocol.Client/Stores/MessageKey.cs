using System.Runtime.InteropServices;
using Session.Protocol.Accounts;

namespace Session.Protocol.Client.Stores;

/// <summary>What names a message everywhere in the protocol: its author and the time it was sent (protocol/11 §0).</summary>
/// <param name="Author">The author's id.</param>
/// <param name="SentMilliseconds">Network time, milliseconds since 1970.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct MessageKey(AccountId Author, long SentMilliseconds);
