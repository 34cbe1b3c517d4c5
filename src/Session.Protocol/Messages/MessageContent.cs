using Google.Protobuf;

namespace Session.Protocol.Messages;

/// <summary>
/// What a message says, whoever carried it (protocol/11 §4). Each kind is a sealed record below this one, made to be told
/// apart by <c>switch</c>. Immutable, compares by value, and prints nothing but its kind. Safe for concurrent use.
/// </summary>
public abstract record MessageContent
{
    private readonly ByteString _proMessage = ByteString.Empty;
    private readonly ByteString _proSignature = ByteString.Empty;
    private readonly ByteString _capabilityRecord = ByteString.Empty;
    private readonly ByteString _unknownFields = ByteString.Empty;

    private protected MessageContent()
    {
    }

    /// <summary>
    /// When the sender sent it, in Unix milliseconds of network time. Together with the author it names the message.
    /// Set when a message is read, where 0 means that the sender did not say; <see cref="ContentCodec"/> takes the time
    /// to send as an argument and does not look here.
    /// </summary>
    public long SentTimestampMs { get; init => field = Limits.RequireTime(value, nameof(SentTimestampMs)); }

    /// <summary>How long the message may stay (protocol/11 §9). Receipts, typing, unsend and request responses leave it off.</summary>
    public Expiration Expiration { get; init; }

    /// <summary>
    /// What this library does not read, kept field by field and sent again with the rest: one serialized <c>Content</c> that
    /// holds only those fields, at their depth. Usually empty. Text or files beyond a limit are not kept.
    /// </summary>
    public ReadOnlyMemory<byte> UnknownFields
    {
        get => _unknownFields.Memory;
        internal init => _unknownFields = Limits.Copy(value);
    }

    /// <summary>A serialized ProMessage (protocol/11 §10), or empty. Not looked into.</summary>
    internal ReadOnlyMemory<byte> ProMessage { get => _proMessage.Memory; init => _proMessage = Limits.Copy(value); }

    /// <summary>The Pro signature of a community message, or empty. Not looked into.</summary>
    internal ReadOnlyMemory<byte> ProSignature { get => _proSignature.Memory; init => _proSignature = Limits.Copy(value); }

    /// <summary>The sender's capability record (protocol/32 §4.3), or empty. Not looked into.</summary>
    internal ReadOnlyMemory<byte> CapabilityRecord { get => _capabilityRecord.Memory; init => _capabilityRecord = Limits.Copy(value); }

    /// <summary>Whether official clients write the two expiration fields with this kind even when they are 0.</summary>
    private protected virtual bool AlwaysStatesExpiration => false;

    internal bool StatesExpiration => AlwaysStatesExpiration || Expiration != Expiration.Off;

    /// <summary>The kind only: text, keys and ids must not reach a log by accident.</summary>
    /// <returns>The name of the record.</returns>
    public sealed override string ToString() => GetType().Name;
}
