using System.Security.Cryptography;
using Session.Protocol.Cryptography;
using Session.Protocol.Ratchet;
using Session.Protocol.SenderKeys.Stores;

namespace Session.Protocol.SenderKeys;

/// <summary>
/// Writes to and reads from many groups, keeping all chains in a store: the place to start for a program that wants sender keys.
/// Each call is one atomic step: it loads a record, works on it, commits it, and only then hands out the result. A call that
/// fails, throws or is cancelled before the commit has changed nothing.
/// Safe for concurrent use; steps run one after the other. One cipher per store.
/// </summary>
public sealed class SenderKeyCipher : IDisposable
{
    private readonly SemaphoreSlim _oneStep = new(1, 1);
    private readonly RatchetAddress _self;
    private readonly ISenderKeyStore _store;
    private readonly IRandomSource _random;

    /// <summary>Binds the parts together; none of them is disposed with the cipher.</summary>
    /// <param name="self">This device, under which its own chains are stored.</param>
    /// <param name="store">Where the chains live.</param>
    /// <param name="random">Where keys come from; the system's random numbers by default.</param>
    /// <exception cref="ArgumentException">The address has no name.</exception>
    public SenderKeyCipher(RatchetAddress self, ISenderKeyStore store, IRandomSource? random = null)
    {
        if (string.IsNullOrEmpty(self.Name))
        {
            throw new ArgumentException("Expected an address with a name.", nameof(self));
        }

        ArgumentNullException.ThrowIfNull(store);
        _self = self;
        _store = store;
        _random = random ?? RandomSource.System;
    }

    /// <summary>
    /// The current position of one's own chain, for pairwise sending to each member; whoever gets it reads from here on. The
    /// first call makes the chain.
    /// </summary>
    /// <param name="distributionId">Which group or part of one.</param>
    /// <param name="cancellationToken">Cancels before the commit.</param>
    /// <returns>A distribution message. It holds the chain key: send it encrypted only and zero it.</returns>
    /// <exception cref="InvalidDataException">The store gave a record that is none of this author and group.</exception>
    public ValueTask<byte[]> CreateDistributionAsync(Guid distributionId, CancellationToken cancellationToken = default) =>
        StepAsync(
            Own(distributionId),
            session =>
            {
                bool isNew = session.StateCount == 0;
                return (session.CreateDistribution(_random), isNew);
            },
            cancellationToken);

    /// <summary>
    /// Forgets one's own chain and starts another with new keys: whoever lacks the new distribution reads nothing from now on.
    /// Call it after a member left, before the next message.
    /// </summary>
    /// <param name="distributionId">Which group or part of one.</param>
    /// <param name="cancellationToken">Cancels before the commit.</param>
    /// <returns>The distribution message of the new chain, as <see cref="CreateDistributionAsync"/> gives it.</returns>
    /// <exception cref="InvalidDataException">The store gave a record that is none of this author and group.</exception>
    public ValueTask<byte[]> RotateAsync(Guid distributionId, CancellationToken cancellationToken = default) =>
        StepAsync(
            Own(distributionId),
            session =>
            {
                session.Rotate(_random);
                return (session.CreateDistribution(_random), true);
            },
            cancellationToken);

    /// <summary>Learns an author's chain. One that is known already is kept where it stands: a repeated distribution never rewinds.</summary>
    /// <param name="author">Who sent it, as the pairwise session has authenticated; nothing else does.</param>
    /// <param name="distributionId">Which group, after it was made sure that the author is in it; a distribution of another is refused.</param>
    /// <param name="distribution">The message. The caller zeroes it.</param>
    /// <param name="cancellationToken">Cancels before the commit.</param>
    /// <returns>What <see cref="SenderKeySession.Process"/> tells; <see cref="SenderKeyStatus.OwnChain"/> for every distribution under one's own address.</returns>
    /// <exception cref="InvalidDataException">The store gave a record that is none of this author and group.</exception>
    public ValueTask<SenderKeyStatus> ProcessAsync(RatchetAddress author, Guid distributionId, ReadOnlyMemory<byte> distribution, CancellationToken cancellationToken = default)
    {
        if (author == _self)
        {
            return new(SenderKeyStatus.OwnChain);
        }

        return StepAsync(
            new SenderKeyName(author, distributionId),
            session =>
            {
                SenderKeyStatus status = session.Process(distribution.Span);
                return (status, status == SenderKeyStatus.Ok);
            },
            cancellationToken);
    }

    /// <summary>Encrypts and signs one message for all who have the distribution.</summary>
    /// <param name="distributionId">Which group or part of one.</param>
    /// <param name="plaintext">At most <see cref="SenderKeyLimits.MaxPlaintextSize"/> bytes. Its length shows, rounded up to 16: pad it if it must not.</param>
    /// <param name="cancellationToken">Cancels before the commit.</param>
    /// <returns>The message or the reason.</returns>
    /// <exception cref="ArgumentException">The plaintext is too long.</exception>
    /// <exception cref="InvalidDataException">The store gave a record that is none of this author and group.</exception>
    public ValueTask<SenderKeyEncryptResult> EncryptAsync(Guid distributionId, ReadOnlyMemory<byte> plaintext, CancellationToken cancellationToken = default) =>
        StepAsync(
            Own(distributionId),
            session =>
            {
                SenderKeyStatus status = session.Encrypt(plaintext.Span, out byte[] message, _random);
                return (new SenderKeyEncryptResult(status, message), status == SenderKeyStatus.Ok);
            },
            cancellationToken);

    /// <summary>Opens a message of a group. It is read under the chain of this author and no other: a member cannot pass off another's message as its own.</summary>
    /// <param name="author">Who sent it, as the transport has authenticated.</param>
    /// <param name="message">The message; it names its distribution itself.</param>
    /// <param name="cancellationToken">Cancels before the commit.</param>
    /// <returns>The plaintext or the reason.</returns>
    /// <exception cref="InvalidDataException">The store gave a record that is none of this author and group.</exception>
    public async ValueTask<SenderKeyDecryptResult> DecryptAsync(RatchetAddress author, ReadOnlyMemory<byte> message, CancellationToken cancellationToken = default)
    {
        SenderKeyStatus parsed = GroupMessage.TryParse(message.Span, out GroupMessage read);
        if (parsed != SenderKeyStatus.Ok)
        {
            return new SenderKeyDecryptResult { Status = parsed };
        }

        return await StepAsync(
            new SenderKeyName(author, read.DistributionId),
            session =>
            {
                SenderKeyDecryptResult result = session.Decrypt(message.Span);
                return (result, result.Status == SenderKeyStatus.Ok);
            },
            cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Forgets an author's chains, or with one's own address the own chain, as when the group or the author is gone.</summary>
    /// <param name="author">Whose.</param>
    /// <param name="distributionId">Which group or part of one.</param>
    /// <param name="cancellationToken">Cancels before the commit.</param>
    /// <returns>A task that ends when they are forgotten.</returns>
    public async ValueTask ForgetAsync(RatchetAddress author, Guid distributionId, CancellationToken cancellationToken = default)
    {
        await _oneStep.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await _store.StoreSenderKeyAsync(new SenderKeyName(author, distributionId), null, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _oneStep.Release();
        }
    }

    /// <summary>Frees the lock. The parts belong to the caller.</summary>
    public void Dispose() => _oneStep.Dispose();

    private SenderKeyName Own(Guid distributionId) => new(_self, distributionId);

    /// <summary>Runs one step and stores what it changed before its result goes out.</summary>
    private async ValueTask<T> StepAsync<T>(SenderKeyName name, Func<SenderKeySession, (T Result, bool HasChanged)> step, CancellationToken cancellationToken)
    {
        await _oneStep.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            using SenderKeySession session = await LoadAsync(name, cancellationToken).ConfigureAwait(false);
            (T result, bool hasChanged) = step(session);
            if (hasChanged)
            {
                await CommitAsync(name, session, cancellationToken).ConfigureAwait(false);
            }

            return result;
        }
        finally
        {
            _oneStep.Release();
        }
    }

    private async ValueTask<SenderKeySession> LoadAsync(SenderKeyName name, CancellationToken cancellationToken)
    {
        byte[]? record = await _store.LoadSenderKeyAsync(name, cancellationToken).ConfigureAwait(false);
        if (record is null)
        {
            return new SenderKeySession(name.DistributionId);
        }

        bool ok = SenderKeySession.TryDeserialize(record, out SenderKeySession? session);
        CryptographicOperations.ZeroMemory(record);
        if (ok && session!.DistributionId == name.DistributionId && session.IsOwn == (name.Author == _self))
        {
            return session;
        }

        session?.Dispose();
        throw new InvalidDataException("The store gave a sender-key record that is none of this author and group, or that this version cannot read.");
    }

    private async ValueTask CommitAsync(SenderKeyName name, SenderKeySession session, CancellationToken cancellationToken)
    {
        byte[] record = session.Serialize();
        try
        {
            await _store.StoreSenderKeyAsync(name, record, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(record);
        }
    }
}
