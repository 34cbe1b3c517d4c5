using Session.Protocol.Client.Stores;

namespace Session.Protocol.Crash;

/// <summary>The places where a client commits, told apart by what is in the commit.</summary>
public static class CommitPoint
{
    /// <summary>This device was made.</summary>
    public const string Device = "device";

    /// <summary>The record of a peer or of oneself was published or learned.</summary>
    public const string Record = "record";

    /// <summary>A ratcheted message was opened.</summary>
    public const string Received = "received";

    /// <summary>A message was put into the history.</summary>
    public const string Kept = "kept";

    /// <summary>A message was answered: acknowledged, encrypted and put into the outbox.</summary>
    public const string Answered = "answered";

    /// <summary>A message left the outbox.</summary>
    public const string Sent = "sent";

    /// <summary>A message was acknowledged.</summary>
    public const string Handled = "handled";

    /// <summary>How far a mailbox was read.</summary>
    public const string Positions = "positions";

    /// <summary>All of them, in the order of a run.</summary>
    public static IReadOnlyList<string> All { get; } = [Device, Record, Received, Kept, Answered, Sent, Handled, Positions];

    /// <summary>Which one a commit is.</summary>
    public static string Of(AccountChanges changes)
    {
        // Positions ride along with whatever is committed next.
        bool Has(AccountStateKind kind, bool isRemoved) => changes.States.Any(x => x.Key.Kind == kind && x.Value.IsEmpty == isRemoved);
        return Has(AccountStateKind.OutgoingMessage, isRemoved: false) ? Answered
            : Has(AccountStateKind.OutgoingMessage, isRemoved: true) ? Sent
            : Has(AccountStateKind.PendingMessage, isRemoved: false) ? Received
            : Has(AccountStateKind.Device, isRemoved: false) ? Device
            : changes.Handled.Count > 0 ? Handled
            : changes.Messages.Count > 0 ? Kept
            : changes.Positions.Count > 0 ? Positions
            : Record;
    }
}
