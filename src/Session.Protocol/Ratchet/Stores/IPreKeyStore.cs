using Session.Protocol.Ratchet.PreKeys;

namespace Session.Protocol.Ratchet.Stores;

/// <summary>Reads this device's own pre-keys and which handshakes used them.</summary>
public interface IPreKeyStore
{
    /// <summary>A one-time pre-key.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>A pair that the caller disposes, or null.</returns>
    ValueTask<OneTimePreKey?> LoadOneTimePreKeyAsync(uint id, CancellationToken cancellationToken = default);

    /// <summary>A signed pre-key.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>A pair that the caller disposes, or null.</returns>
    ValueTask<SignedPreKey?> LoadSignedPreKeyAsync(uint id, CancellationToken cancellationToken = default);

    /// <summary>A KEM pre-key.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>A pair that the caller disposes, or null.</returns>
    ValueTask<KemPreKey?> LoadKemPreKeyAsync(uint id, CancellationToken cancellationToken = default);

    /// <summary>
    /// Whether a commit recorded this handshake. The record is kept for as long as the signed pre-key; one-time keys are
    /// no part of it.
    /// </summary>
    /// <param name="handshake">A value of <see cref="HandshakeId.ToReplayKey"/>.</param>
    /// <param name="cancellationToken">Cancels.</param>
    /// <returns>True for a replay.</returns>
    ValueTask<bool> IsHandshakeUsedAsync(HandshakeId handshake, CancellationToken cancellationToken = default);
}
