namespace Session.Protocol.Sqlite.Sealing;

/// <summary>What a look-up key or a sealed value belongs to. Part of what is authenticated: the numbers never change.</summary>
internal enum RowKind : byte
{
    /// <summary>The value in the header that proves the key.</summary>
    Proof = 1,

    /// <summary>A handled message by its hash.</summary>
    HandledHash = 2,

    /// <summary>A handled message by author and time.</summary>
    HandledMessage = 3,

    /// <summary>How far a mailbox was read.</summary>
    Position = 4,

    /// <summary>An entry of the account's state: name and expiry.</summary>
    StateLabel = 5,

    /// <summary>An entry of the account's state: expiry and value.</summary>
    StateValue = 6,

    /// <summary>The day on which something expires.</summary>
    Day = 7,

    /// <summary>How far expired rows were swept out.</summary>
    Sweep = 8,

    /// <summary>The node list or the guards of the onion client.</summary>
    Onion = 9,

    /// <summary>A kept message by author and time.</summary>
    Message = 10,

    /// <summary>The conversation of kept messages.</summary>
    Conversation = 11,

    /// <summary>A kept message: expiry, conversation and value.</summary>
    MessageValue = 12,
}
