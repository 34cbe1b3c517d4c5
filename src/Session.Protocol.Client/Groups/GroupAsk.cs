using System.Runtime.InteropServices;
using Session.Protocol.Accounts;
using Session.Protocol.Groups;

namespace Session.Protocol.Client.Groups;

/// <summary>A request that went out: not again to the same account in the same epoch.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct GroupAsk(AccountId Account, GroupRequest Request, uint Epoch);
