using System.Runtime.InteropServices;

namespace Session.Protocol.Client.Stores;

/// <summary>The name of an <see cref="AccountState"/>.</summary>
/// <param name="Kind">What it is about.</param>
/// <param name="Name">Which one of its kind: ASCII, at most 200 characters. Names account ids, so a store on disk hides it.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct AccountStateKey(AccountStateKind Kind, string Name);
