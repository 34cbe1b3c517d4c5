namespace Session.Protocol.Client.Stores;

/// <summary>A message as an <see cref="IMessageStore"/> keeps it.</summary>
/// <param name="Number">Its place in the conversation: later ones have greater numbers.</param>
/// <param name="Value">The bytes that were put.</param>
/// <param name="ExpiresAt">When it goes; null for never.</param>
public sealed record MessageEntry(long Number, ReadOnlyMemory<byte> Value, DateTimeOffset? ExpiresAt)
{
    /// <summary>The place only: the value is secret.</summary>
    /// <returns>One line.</returns>
    public override string ToString() => $"Message {Number}";
}
