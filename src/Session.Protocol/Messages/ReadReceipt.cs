namespace Session.Protocol.Messages;

/// <summary>The sender has read messages of the receiver (protocol/11 §11). In one-to-one conversations only.</summary>
public sealed record ReadReceipt : MessageContent
{
    /// <summary>The sent times of the messages read, in Unix milliseconds; 1 to 4,096 of them.</summary>
    public required IReadOnlyList<long> Timestamps
    {
        get;
        init => field = ValueList<long>.CopySome(value, Limits.MaxListItems, nameof(Timestamps), x => Limits.RequireTime(x, nameof(Timestamps)));
    }
}
