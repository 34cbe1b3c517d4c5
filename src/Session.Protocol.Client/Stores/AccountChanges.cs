using Session.Protocol.Onion.Swarms;

namespace Session.Protocol.Client.Stores;

/// <summary>Changes that belong together: a store applies all of them or none.</summary>
public sealed record AccountChanges
{
    /// <summary>Messages that were handled, or found unreadable, and must not come again.</summary>
    public IReadOnlyList<HandledMessage> Handled { get; init; } = [];

    /// <summary>How far each node's mailbox was read.</summary>
    public IReadOnlyList<RetrievePosition> Positions { get; init; } = [];

    /// <summary>Entries to write or, where the value is empty, to delete; each key once.</summary>
    public IReadOnlyList<AccountState> States { get; init; } = [];

    /// <summary>Changes of the messages that are kept, in their order; empty unless the store is an <see cref="IMessageStore"/> and <see cref="HistoryOptions.Enabled"/> is set.</summary>
    public IReadOnlyList<MessageChange> Messages { get; init; } = [];
}
