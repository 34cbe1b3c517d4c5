using Session.Protocol.Accounts;

namespace Session.Protocol.Client;

/// <summary>A ratcheted message that arrived and could not be opened. Its sender and time are proved, its content is not known.</summary>
/// <param name="sender">Who sent it; one's own id for a copy from another device.</param>
/// <param name="sentAt">When, network time.</param>
/// <param name="reason">Why it could not be opened.</param>
/// <param name="isRequested">Whether the sender's device was asked for it.</param>
public sealed class UndecryptableMessageEventArgs(AccountId sender, DateTimeOffset sentAt, UndecryptableReason reason, bool isRequested) : EventArgs
{
    /// <summary>Who sent it; one's own id for a copy from another device.</summary>
    public AccountId Sender { get; } = sender;

    /// <summary>When, network time. If the sender still has it and answers, it arrives again with this time.</summary>
    public DateTimeOffset SentAt { get; } = sentAt;

    /// <summary>Why it could not be opened.</summary>
    public UndecryptableReason Reason { get; } = reason;

    /// <summary>Whether the sender's device was asked to start over and to send it again. That happens once, and at most hourly per device.</summary>
    public bool IsRequested { get; } = isRequested;
}
