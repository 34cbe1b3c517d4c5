using Session.Protocol.Accounts;

namespace Session.Protocol.Client.Stores;

/// <summary>One change of the messages that an <see cref="IMessageStore"/> keeps. To a store a message is opaque bytes; they are secret.</summary>
/// <param name="Kind">What is done.</param>
/// <param name="Conversation">The account or group; for <see cref="MessageChangeKind.Delete"/> also null: wherever the message is.</param>
/// <param name="Key">The message's author and time, which no other message has, whatever its conversation; of no meaning for <see cref="MessageChangeKind.Clear"/>.</param>
public sealed record MessageChange(MessageChangeKind Kind, AccountId? Conversation, MessageKey Key)
{
    /// <summary>Longest <see cref="Value"/> in bytes, 128 KB.</summary>
    public const int MaxValueSize = 128 * 1_024;

    /// <summary>Whether a store can apply it: what is put has a conversation and a value of 1 byte to <see cref="MaxValueSize"/>.</summary>
    public bool IsValid => Kind != MessageChangeKind.Put || (Conversation is not null && Value.Length is > 0 and <= MaxValueSize);

    /// <summary>For <see cref="MessageChangeKind.Put"/> what is kept, 1 byte to <see cref="MaxValueSize"/>.</summary>
    public ReadOnlyMemory<byte> Value { get; init; }

    /// <summary>For <see cref="MessageChangeKind.Put"/> and <see cref="MessageChangeKind.Expire"/> when the message goes; null for never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>For <see cref="MessageChangeKind.Put"/> how many messages the conversation keeps at most: the oldest go with the same commit.</summary>
    public int MaxMessages { get; init; } = int.MaxValue;

    /// <summary>The kind only: all else is secret.</summary>
    /// <returns>One word.</returns>
    public override string ToString() => Kind.ToString();
}
