namespace Session.Protocol.SenderKeys.Stores;

/// <summary>
/// Keeps records of <see cref="SenderKeySession.Serialize"/>. Each record is secret. One writer only: two processes on one own
/// chain would use a message key twice. Never restore a record from a backup.
/// </summary>
public interface ISenderKeyStore
{
    /// <summary>The record of one author and distribution.</summary>
    /// <param name="name">Which.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>A copy that the caller zeroes, or null when there is none.</returns>
    ValueTask<byte[]?> LoadSenderKeyAsync(SenderKeyName name, CancellationToken cancellationToken = default);

    /// <summary>
    /// Replaces a record as a whole or not at all. It is called before the message or plaintext is handed out, and when the task
    /// is done the record must survive a crash.
    /// </summary>
    /// <param name="name">Which.</param>
    /// <param name="record">The record, or null to forget it. Its memory is zeroed afterwards: copy what is kept.</param>
    /// <param name="cancellationToken">Cancels before anything is stored, never halfway.</param>
    /// <returns>A task that ends when the record is stored.</returns>
    ValueTask StoreSenderKeyAsync(SenderKeyName name, ReadOnlyMemory<byte>? record, CancellationToken cancellationToken = default);
}
