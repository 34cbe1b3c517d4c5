using Session.Protocol.Client.Stores;

namespace Session.Protocol.Client.Receiving;

/// <summary>A message on its way to a handler. Nothing in the store says that it was handled before <see cref="Intake.SettleAsync"/>.</summary>
/// <param name="message">What is handed out.</param>
/// <param name="key">Author and time.</param>
/// <param name="content">The serialized Content, kept in case the message is set aside.</param>
/// <param name="expiresAt">When the swarm forgets it.</param>
/// <param name="changes">What is committed once it was handled.</param>
/// <param name="batch">The look that brought it; null for one that the store had kept.</param>
internal sealed class Delivery(ReceivedMessage message, MessageKey key, ReadOnlyMemory<byte> content, DateTimeOffset expiresAt, AccountChanges changes, CursorBatch? batch)
{
    public ReceivedMessage Message { get; } = message;

    public MessageKey Key { get; } = key;

    public ReadOnlyMemory<byte> Content { get; } = content;

    public DateTimeOffset ExpiresAt { get; } = expiresAt;

    public CursorBatch? Batch { get; } = batch;

    public AccountChanges Changes { get; private set; } = changes;

    /// <summary>How often its handler has failed, in earlier runs too.</summary>
    public int Failures { get; set; }

    /// <summary>The same message came under another name: both are settled at once.</summary>
    public void Absorb(AccountChanges twin) => Changes = Changes with
    {
        Handled = [.. Changes.Handled, .. twin.Handled],
        States = [.. Changes.States, .. twin.States],
    };
}
