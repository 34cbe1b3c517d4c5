namespace Session.Protocol.LocalNetwork.Storage;

/// <summary>What a subaccount token allows (protocol/21 §4).</summary>
[Flags]
internal enum TokenRights
{
    None = 0,
    Read = 1,
    Write = 2,
    Delete = 4,
    AnyPrefix = 8,
}
