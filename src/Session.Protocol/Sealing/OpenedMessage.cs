namespace Session.Protocol.Sealing;

/// <summary>The result of <see cref="SealedMessage.Open"/>. An immutable value.</summary>
public readonly record struct OpenedMessage
{
    internal OpenedMessage(OpenStatus status, MessageOrigin origin, ReadOnlyMemory<byte> content)
    {
        Status = status;
        Origin = origin;
        Content = content;
    }

    /// <summary>Whether it was opened, or why not.</summary>
    public OpenStatus Status { get; }

    /// <summary>True for <see cref="OpenStatus.Opened"/>; the other members mean nothing otherwise.</summary>
    public bool IsOpened => Status == OpenStatus.Opened;

    /// <summary>Sender and time.</summary>
    public MessageOrigin Origin { get; }

    /// <summary>The serialised Content, padding removed; never empty, always shorter than the stored bytes.</summary>
    public ReadOnlyMemory<byte> Content { get; }
}
