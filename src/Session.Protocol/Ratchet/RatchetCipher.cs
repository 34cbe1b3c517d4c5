using System.Security.Cryptography;
using Session.Protocol.Accounts;
using Session.Protocol.Cryptography;
using Session.Protocol.Ratchet.PreKeys;
using Session.Protocol.Ratchet.Stores;

namespace Session.Protocol.Ratchet;

/// <summary>
/// Encrypts to and decrypts from many peers, keeping all state in a store: the place to start for a program that wants the
/// ratchet alone. Each call is one atomic step: it loads a session, works on it, commits it, and only then hands out the
/// result. A call that fails, throws or is cancelled before the commit has changed nothing.
/// Safe for concurrent use; steps run one after the other. One cipher per store.
/// </summary>
public sealed class RatchetCipher : IDisposable
{
    private readonly SemaphoreSlim _oneStep = new(1, 1);
    private readonly RatchetParty _local;
    private readonly IRatchetStore _store;
    private readonly TimeProvider _clock;
    private readonly IRandomSource _random;
    private readonly IIdentityTrust _trust;

    /// <summary>Binds the parts together; none of them is disposed with the cipher.</summary>
    /// <param name="local">One's own end.</param>
    /// <param name="store">Where the state lives.</param>
    /// <param name="trust">Who decides about identity keys; trust on first use by default.</param>
    /// <param name="clock">The clock; the system's by default.</param>
    /// <param name="random">Where keys come from; the system's random numbers by default.</param>
    public RatchetCipher(RatchetParty local, IRatchetStore store, IIdentityTrust? trust = null, TimeProvider? clock = null, IRandomSource? random = null)
    {
        ArgumentNullException.ThrowIfNull(local);
        ArgumentNullException.ThrowIfNull(store);
        _local = local;
        _store = store;
        _trust = trust ?? TrustOnFirstUse.Instance;
        _clock = clock ?? TimeProvider.System;
        _random = random ?? RandomSource.System;
    }

    /// <summary>Starts a session with a peer from its bundle. A session that exists is archived.</summary>
    /// <param name="peer">The peer.</param>
    /// <param name="bundle">Its keys; checked here.</param>
    /// <param name="suite">Which handshake; null takes the strongest that the bundle allows.</param>
    /// <param name="cancellationToken">Cancels before the commit.</param>
    /// <returns><see cref="RatchetStatus.Ok"/>, <see cref="RatchetStatus.UntrustedIdentity"/> or <see cref="RatchetStatus.InvalidBundle"/>.</returns>
    /// <exception cref="InvalidDataException">The store gave a session record that is none.</exception>
    public ValueTask<RatchetStatus> InitiateAsync(RatchetAddress peer, PreKeyBundle bundle, RatchetSuite? suite = null, CancellationToken cancellationToken = default) =>
        StepAsync(
            peer,
            async session =>
            {
                RatchetStatus status = session.Initiate(bundle, _clock.GetUtcNow(), suite, _random);
                if (status == RatchetStatus.Ok)
                {
                    await CommitAsync(peer, session, bundle.IdentityKey, null, cancellationToken).ConfigureAwait(false);
                }

                return status;
            },
            cancellationToken);

    /// <summary>Encrypts one message in the current session.</summary>
    /// <param name="peer">The peer.</param>
    /// <param name="plaintext">At most <see cref="RatchetLimits.MaxPlaintextSize"/> bytes.</param>
    /// <param name="cancellationToken">Cancels before the commit.</param>
    /// <returns>The message or the reason.</returns>
    /// <exception cref="ArgumentException">The plaintext is too long.</exception>
    /// <exception cref="InvalidDataException">The store gave a session record that is none.</exception>
    public ValueTask<EncryptResult> EncryptAsync(RatchetAddress peer, ReadOnlyMemory<byte> plaintext, CancellationToken cancellationToken = default) =>
        StepAsync(
            peer,
            async session =>
            {
                RatchetStatus status = session.Encrypt(plaintext.Span, _clock.GetUtcNow(), out RatchetMessage message);
                if (status == RatchetStatus.Ok)
                {
                    await CommitAsync(peer, session, null, null, cancellationToken).ConfigureAwait(false);
                }

                return new EncryptResult(status, message);
            },
            cancellationToken);

    /// <summary>Opens a message of either kind.</summary>
    /// <param name="peer">Who claims to have sent it.</param>
    /// <param name="message">The message.</param>
    /// <param name="cancellationToken">Cancels before the commit.</param>
    /// <returns>The plaintext or the reason.</returns>
    /// <exception cref="InvalidDataException">The store gave a session record that is none.</exception>
    public ValueTask<DecryptResult> DecryptAsync(RatchetAddress peer, RatchetMessage message, CancellationToken cancellationToken = default) =>
        StepAsync(
            peer,
            async session =>
            {
                PreKeySet? keys = session.NeedsPreKeys(message, out HandshakeId handshake)
                    ? await LoadKeysAsync(handshake, cancellationToken).ConfigureAwait(false)
                    : null;
                DecryptResult result;
                try
                {
                    result = session.Decrypt(message, keys, _random);
                }
                finally
                {
                    keys?.SignedPreKey.Dispose();
                    keys?.KemPreKey?.Dispose();
                    keys?.OneTimePreKey?.Dispose();
                }

                if (result.Accepted is { } accepted && await _store.IsHandshakeUsedAsync(accepted.ToReplayKey(), cancellationToken).ConfigureAwait(false))
                {
                    CryptographicOperations.ZeroMemory(result.Plaintext.Span);
                    return new DecryptResult { Status = RatchetStatus.ReusedBaseKey };
                }

                if (result.Status == RatchetStatus.Ok)
                {
                    await CommitAsync(peer, session, result.Identity, result.Accepted, cancellationToken).ConfigureAwait(false);
                }

                return result;
            },
            cancellationToken);

    /// <summary>Ends the current session for sending; late messages still open. Does nothing when there is none.</summary>
    /// <param name="peer">The peer.</param>
    /// <param name="cancellationToken">Cancels before the commit.</param>
    /// <returns>Whether there was a session.</returns>
    /// <exception cref="InvalidDataException">The store gave a session record that is none.</exception>
    public ValueTask<bool> ArchiveAsync(RatchetAddress peer, CancellationToken cancellationToken = default) =>
        StepAsync(
            peer,
            async session =>
            {
                bool had = session.Suite != RatchetSuite.None;
                if (had)
                {
                    session.Archive();
                    await CommitAsync(peer, session, null, null, cancellationToken).ConfigureAwait(false);
                }

                return had;
            },
            cancellationToken);

    /// <summary>Frees the lock. The parts belong to the caller.</summary>
    public void Dispose() => _oneStep.Dispose();

    private async ValueTask<T> StepAsync<T>(RatchetAddress peer, Func<RatchetSession, ValueTask<T>> step, CancellationToken cancellationToken)
    {
        await _oneStep.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            using RatchetSession session = await LoadAsync(peer, cancellationToken).ConfigureAwait(false);
            return await step(session).ConfigureAwait(false);
        }
        finally
        {
            _oneStep.Release();
        }
    }

    private async ValueTask<RatchetSession> LoadAsync(RatchetAddress peer, CancellationToken cancellationToken)
    {
        X25519PublicKey? identity = await _store.LoadIdentityAsync(peer, cancellationToken).ConfigureAwait(false);
        byte[]? record = await _store.LoadSessionAsync(peer, cancellationToken).ConfigureAwait(false);
        if (record is null)
        {
            return new RatchetSession(_local, peer, _trust, identity);
        }

        bool ok = RatchetSession.TryDeserialize(record, _local, peer, _trust, identity, out RatchetSession? session);
        CryptographicOperations.ZeroMemory(record);
        return ok ? session! : throw new InvalidDataException("The store gave a session record that this version cannot read.");
    }

    private async ValueTask<PreKeySet?> LoadKeysAsync(HandshakeId handshake, CancellationToken cancellationToken)
    {
        SignedPreKey? signed = await _store.LoadSignedPreKeyAsync(handshake.SignedPreKeyId, cancellationToken).ConfigureAwait(false);
        KemPreKey? kem = handshake.KemPreKeyId is { } kemId ? await _store.LoadKemPreKeyAsync(kemId, cancellationToken).ConfigureAwait(false) : null;
        OneTimePreKey? oneTime = handshake.OneTimePreKeyId is { } oneTimeId
            ? await _store.LoadOneTimePreKeyAsync(oneTimeId, cancellationToken).ConfigureAwait(false)
            : null;
        if (signed is not null)
        {
            return new PreKeySet(signed, kem, oneTime);
        }

        kem?.Dispose();
        oneTime?.Dispose();
        return null;
    }

    private async ValueTask CommitAsync(RatchetAddress peer, RatchetSession session, X25519PublicKey? identity, HandshakeId? accepted, CancellationToken cancellationToken)
    {
        byte[] record = session.Serialize();
        try
        {
            await _store.CommitAsync(new RatchetCommit { Peer = peer, Session = record, Identity = identity, Accepted = accepted }, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(record);
        }
    }
}
