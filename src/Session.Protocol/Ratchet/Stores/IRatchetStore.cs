namespace Session.Protocol.Ratchet.Stores;

/// <summary>
/// Everything a <see cref="RatchetCipher"/> needs to remember. One writer only: two processes on one state would use a
/// message key twice, so an implementation that survives a restart takes a lock. Never copy the state to another device and
/// never restore it from a backup (protocol/32 §4.8).
/// </summary>
public interface IRatchetStore : ISessionStore, IIdentityStore, IPreKeyStore
{
    /// <summary>
    /// Stores all parts of one step or none. It is called before the message or plaintext is handed out, and when the task is
    /// done the parts must survive a crash.
    /// </summary>
    /// <param name="commit">The parts. Its memory is zeroed afterwards: copy what is kept.</param>
    /// <param name="cancellationToken">Cancels before anything is stored, never halfway.</param>
    /// <returns>A task that ends when everything is stored.</returns>
    ValueTask CommitAsync(RatchetCommit commit, CancellationToken cancellationToken = default);
}
