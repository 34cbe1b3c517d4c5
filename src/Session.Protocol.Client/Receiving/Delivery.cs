using Session.Protocol.Client.Conversations;
using Session.Protocol.Client.Stores;

namespace Session.Protocol.Client.Receiving;

/// <summary>A message on its way to a handler. Nothing in the store says that it was handled before <see cref="Intake.SettleAsync"/>.</summary>
/// <param name="message">What is handed out.</param>
/// <param name="key">Author and time.</param>
/// <param name="content">The serialized Content, kept in case the message is set aside.</param>
/// <param name="expiresAt">When the swarm forgets it.</param>
/// <param name="storedUntilMs">Until when its node said that it stores it, in milliseconds since 1970; not believed.</param>
/// <param name="changes">What is committed once it was handled.</param>
/// <param name="batch">The look that brought it; null for one that the store had kept.</param>
internal sealed class Delivery(
    ReceivedMessage message, MessageKey key, ReadOnlyMemory<byte> content, DateTimeOffset expiresAt, long storedUntilMs, AccountChanges changes, CursorBatch? batch)
{
    public ReceivedMessage Message => Admission?.Message ?? message;

    public MessageKey Key { get; } = key;

    public ReadOnlyMemory<byte> Content { get; } = content;

    public DateTimeOffset ExpiresAt { get; } = expiresAt;

    public long StoredUntilMs { get; } = storedUntilMs;

    /// <summary>What the rules of conversations made of it; null before they were asked, and when they drop it.</summary>
    public Admission? Admission { get; private set; }

    public CursorBatch? Batch { get; } = batch;

    public AccountChanges Changes { get; private set; } = changes;

    /// <summary>How often its handler has failed, in earlier runs too.</summary>
    public int Failures { get; set; }

    /// <summary>The entry that holds it while it waits for a handler; null for a message that only the swarm holds.</summary>
    public AccountStateKey? KeptAs { get; } = changes.States.Where(x => x.Key.Kind == AccountStateKind.PendingMessage).Select(x => (AccountStateKey?)x.Key).FirstOrDefault();

    /// <summary>Takes the rules' word, and tells whether it is to be handed out.</summary>
    public bool Admit(Admission? admission)
    {
        Admission = admission;
        return admission is not null;
    }

    /// <summary>The same message came under another name: both are settled at once.</summary>
    public void Absorb(AccountChanges twin) => Changes = Changes with
    {
        Handled = [.. Changes.Handled, .. twin.Handled],
        States = [.. Changes.States.Concat(twin.States).DistinctBy(x => x.Key)],
    };
}
