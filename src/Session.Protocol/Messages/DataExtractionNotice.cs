namespace Session.Protocol.Messages;

/// <summary>The sender took content of the conversation out of the messenger (protocol/11 §11). In one-to-one conversations only.</summary>
public sealed record DataExtractionNotice : MessageContent
{
    /// <summary>What was done.</summary>
    public required DataExtractionKind Kind { get; init => field = Limits.RequireDefined(value, nameof(Kind)); }

    /// <summary>The sent time of the message with the attachment, in Unix milliseconds, if the sender said it.</summary>
    public long? MessageTimestampMs { get; init => field = Limits.RequireTime(value, nameof(MessageTimestampMs)); }

    private protected override bool AlwaysStatesExpiration => true;
}
