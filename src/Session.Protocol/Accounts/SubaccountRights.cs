namespace Session.Protocol.Accounts;

/// <summary>What a subaccount token allows (protocol/21 §4).</summary>
[Flags]
public enum SubaccountRights
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Retrieve messages and their expiry.</summary>
    Read = 1,

    /// <summary>Store messages and extend their expiry.</summary>
    Write = 2,

    /// <summary>Delete messages and shorten their expiry.</summary>
    Delete = 4,

    /// <summary>The token is valid for accounts of another prefix than its own.</summary>
    AnyPrefix = 8,
}
