namespace Session.Protocol.Ratchet.Stores;

/// <summary>Reads stored sessions.</summary>
public interface ISessionStore
{
    /// <summary>The session record of a peer.</summary>
    /// <param name="peer">Whose.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>A copy that the caller zeroes, or null when there is none.</returns>
    ValueTask<byte[]?> LoadSessionAsync(RatchetAddress peer, CancellationToken cancellationToken = default);
}
