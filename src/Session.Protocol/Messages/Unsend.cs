namespace Session.Protocol.Messages;

/// <summary>
/// The sender deletes its own message for everyone (protocol/11 §11). A receiver must check that the author of
/// <see cref="Target"/> is the sender, and drop the request if not.
/// </summary>
public sealed record Unsend : MessageContent
{
    /// <summary>The message to delete.</summary>
    public required MessageReference Target { get; init => field = Limits.RequireReference(value, nameof(Target)); }
}
