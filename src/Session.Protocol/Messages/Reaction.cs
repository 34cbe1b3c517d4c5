namespace Session.Protocol.Messages;

/// <summary>One emoji put on a message, or taken off it (protocol/11 §5). Communities use calls of their server instead.</summary>
public sealed record Reaction : DataContent
{
    /// <summary>Most bytes of one emoji in UTF-8. The longest sequences of today have 41: families and couples with skin tones.</summary>
    public const int MaxEmojiSize = 64;

    /// <summary>The message reacted to.</summary>
    public required MessageReference Target { get; init => field = Limits.RequireReference(value, nameof(Target)); }

    /// <summary>One emoji, 1 to <see cref="MaxEmojiSize"/> bytes in UTF-8.</summary>
    public required string Emoji
    {
        get;
        init => field = Limits.RequireUtf8Size(Limits.RequireText(value, nameof(Emoji)), MaxEmojiSize, nameof(Emoji));
    }

    /// <summary>Whether the sender takes its earlier reaction back.</summary>
    public bool IsRemoval { get; init; }
}
