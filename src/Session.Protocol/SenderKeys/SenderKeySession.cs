using System.Diagnostics.CodeAnalysis;
using Session.Protocol.Cryptography;
using Session.Protocol.Ratchet.Sessions;

namespace Session.Protocol.SenderKeys;

/// <summary>
/// The chains of one author in one group, as a pure state machine, byte-compatible with libsignal (protocol/31). The author's
/// own copy signs and encrypts; every reader's copy opens. Randomness is an argument, storage is the caller's: write
/// <see cref="Serialize"/> down before a message or plaintext is handed out.
/// A message does not name its author: look the session up under the author that the transport has authenticated.
/// A call that does not return <see cref="SenderKeyStatus.Ok"/> has changed nothing. Not safe for concurrent use.
/// </summary>
public sealed class SenderKeySession : IDisposable
{
    private const byte Format = 1;
    private const int HeaderSize = 1 + SenderKeyWire.UuidSize + 1;

    // Newest first, and five at most.
    private readonly List<SenderKeyState> _states = [];

    /// <summary>No chain yet: an author makes one with <see cref="CreateDistribution"/>, a reader learns it by <see cref="Process"/>.</summary>
    /// <param name="distributionId">Which group or part of one; chosen by the application.</param>
    public SenderKeySession(Guid distributionId) => DistributionId = distributionId;

    /// <summary>Which group or part of one.</summary>
    public Guid DistributionId { get; }

    /// <summary>Number of chains, at most <see cref="SenderKeyLimits.MaxStates"/>.</summary>
    public int StateCount => _states.Count;

    /// <summary>Whether this is the author's own copy.</summary>
    public bool IsOwn => _states.Count > 0 && _states[0].IsOwn;

    /// <summary>The id of the newest chain, 31 random bits; null when there is none.</summary>
    public uint? ChainId => _states.Count > 0 ? _states[0].ChainId : null;

    /// <summary>The number of the next message in the newest chain. Rotate an own chain long before 2³².</summary>
    public uint Iteration => _states.Count > 0 ? _states[0].Iteration : 0;

    internal IReadOnlyList<SenderKeyState> States => _states;

    /// <summary>Reads what <see cref="Serialize"/> wrote.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="session">The session; the caller disposes it.</param>
    /// <returns>False when the bytes are anything else.</returns>
    public static bool TryDeserialize(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out SenderKeySession? session)
    {
        session = null;
        var reader = new StateReader(bytes);
        bool known = reader.Byte() == Format;
        ReadOnlySpan<byte> uuid = reader.Bytes(SenderKeyWire.UuidSize);
        int count = reader.Byte();
        if (!known || reader.IsDefect || count > SenderKeyLimits.MaxStates)
        {
            return false;
        }

        var read = new SenderKeySession(new Guid(uuid, bigEndian: true));
        bool ok = true;
        for (int i = 0; i < count && ok; i++)
        {
            SenderKeyState? state = SenderKeyState.Read(ref reader);
            ok = state is not null;
            if (ok)
            {
                read._states.Add(state!);
            }
        }

        if (!ok || !reader.IsComplete)
        {
            read.Dispose();
            return false;
        }

        session = read;
        return true;
    }

    /// <summary>Which distribution a group message belongs to, so that its session can be found. Nothing is authenticated yet.</summary>
    /// <param name="message">The message.</param>
    /// <param name="distributionId">The id.</param>
    /// <returns>False when the bytes are no group message.</returns>
    public static bool TryReadDistributionId(ReadOnlySpan<byte> message, out Guid distributionId)
    {
        bool ok = GroupMessage.TryParse(message, out GroupMessage parsed) == SenderKeyStatus.Ok;
        distributionId = ok ? parsed.DistributionId : default;
        return ok;
    }

    /// <summary>
    /// The whole state with its secrets (layout in docs/sender-keys.md): 18 bytes, 75 per chain, 32 for an own signing key, 36
    /// per skipped key. The caller protects and zeroes them.
    /// </summary>
    /// <returns>A new array.</returns>
    public byte[] Serialize()
    {
        byte[] bytes = new byte[HeaderSize + _states.Sum(x => x.SerializedSize)];
        var writer = new StateWriter(bytes);
        writer.Byte(Format);
        Span<byte> uuid = stackalloc byte[SenderKeyWire.UuidSize];
        _ = DistributionId.TryWriteBytes(uuid, bigEndian: true, out _);
        writer.Bytes(uuid);
        writer.Byte((byte)_states.Count);
        foreach (SenderKeyState state in _states)
        {
            state.Write(ref writer);
        }

        return bytes;
    }

    /// <summary>
    /// The author's current position, for pairwise sending to each member; whoever gets it reads from here on. The first call
    /// makes the chain. The bytes hold the chain key: send them encrypted only and zero them.
    /// </summary>
    /// <param name="random">Where keys come from; the system's random numbers by default.</param>
    /// <returns>A distribution message, 95 bytes or so.</returns>
    /// <exception cref="InvalidOperationException">The chains are somebody else's.</exception>
    public byte[] CreateDistribution(IRandomSource? random = null)
    {
        if (_states.Count == 0)
        {
            _states.Add(SenderKeyState.Create(random ?? RandomSource.System));
        }

        return RequireOwn().Distribution(DistributionId);
    }

    /// <summary>
    /// Forgets the author's chain and starts another with new keys: whoever lacks the new distribution reads nothing from now on. Call it
    /// after a member left, before the next message.
    /// </summary>
    /// <param name="random">Where keys come from; the system's random numbers by default.</param>
    /// <exception cref="InvalidOperationException">The chains are somebody else's.</exception>
    public void Rotate(IRandomSource? random = null)
    {
        if (_states.Count > 0)
        {
            _ = RequireOwn();
        }

        SenderKeyState next = SenderKeyState.Create(random ?? RandomSource.System);
        Dispose();
        _states.Add(next);
    }

    /// <summary>
    /// Learns an author's chain. One that is known already is kept where it stands: a repeated distribution never rewinds.
    /// </summary>
    /// <param name="distribution">The message, from a pairwise session with the author; nothing else authenticates it.</param>
    /// <returns><see cref="SenderKeyStatus.Ok"/>, <see cref="SenderKeyStatus.Malformed"/>, <see cref="SenderKeyStatus.Version"/>, or
    /// <see cref="SenderKeyStatus.Invalid"/> for another distribution id.</returns>
    public SenderKeyStatus Process(ReadOnlySpan<byte> distribution)
    {
        SenderKeyStatus status = DistributionMessage.TryParse(distribution, out DistributionMessage message);
        if (status != SenderKeyStatus.Ok)
        {
            return status;
        }

        if (message.DistributionId != DistributionId)
        {
            return SenderKeyStatus.Invalid;
        }

        SenderKeyState? known = Find(message.ChainId);
        if (known is null || known.SigningKey != message.SigningKey)
        {
            // The same id with another key is another chain, and both could not be told apart.
            Remove(known);
            _states.Add(new SenderKeyState(message.ChainId, message.Iteration, message.ChainKey, message.SigningKey));
            known = _states[^1];
        }

        _states.Remove(known);
        _states.Insert(0, known);
        if (_states.Count > SenderKeyLimits.MaxStates)
        {
            Remove(_states[^1]);
        }

        return SenderKeyStatus.Ok;
    }

    /// <summary>Encrypts and signs one message for all who have the distribution.</summary>
    /// <param name="plaintext">At most <see cref="SenderKeyLimits.MaxPlaintextSize"/> bytes. Its length shows, rounded up to 16: pad it if it must not.</param>
    /// <param name="message">The message, about 110 bytes longer.</param>
    /// <param name="random">Where the signature's randomness comes from; the system's random numbers by default.</param>
    /// <returns><see cref="SenderKeyStatus.Ok"/>; <see cref="SenderKeyStatus.NoSenderKey"/> without an own chain;
    /// <see cref="SenderKeyStatus.Invalid"/> when the chain is at its end and must be rotated.</returns>
    /// <exception cref="ArgumentException">The plaintext is too long.</exception>
    public SenderKeyStatus Encrypt(ReadOnlySpan<byte> plaintext, out byte[] message, IRandomSource? random = null)
    {
        message = [];
        if (plaintext.Length > SenderKeyLimits.MaxPlaintextSize)
        {
            throw new ArgumentException($"Expected at most {SenderKeyLimits.MaxPlaintextSize} bytes, got {plaintext.Length}.", nameof(plaintext));
        }

        if (!IsOwn)
        {
            return SenderKeyStatus.NoSenderKey;
        }

        if (Iteration == uint.MaxValue)
        {
            return SenderKeyStatus.Invalid;
        }

        message = _states[0].Encrypt(DistributionId, plaintext, random ?? RandomSource.System);
        return SenderKeyStatus.Ok;
    }

    /// <summary>Opens one message of this author.</summary>
    /// <param name="message">The message.</param>
    /// <returns>The plaintext or the reason.</returns>
    public SenderKeyDecryptResult Decrypt(ReadOnlySpan<byte> message)
    {
        SenderKeyStatus status = GroupMessage.TryParse(message, out GroupMessage parsed);
        if (status != SenderKeyStatus.Ok)
        {
            return new SenderKeyDecryptResult { Status = status };
        }

        if (parsed.DistributionId != DistributionId || Find(parsed.ChainId) is not { } state)
        {
            return new SenderKeyDecryptResult { Status = SenderKeyStatus.NoSenderKey };
        }

        status = state.Decrypt(parsed, out byte[] plaintext);
        return new SenderKeyDecryptResult { Status = status, Plaintext = plaintext };
    }

    /// <summary>Zeroes and forgets all chains.</summary>
    public void Dispose()
    {
        _states.ForEach(x => x.Dispose());
        _states.Clear();
    }

    /// <summary>The distribution id: never a secret.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => DistributionId.ToString();

    private SenderKeyState RequireOwn() => IsOwn ? _states[0] : throw new InvalidOperationException("These chains were received: only their author can distribute or rotate them.");

    private SenderKeyState? Find(uint chainId) => _states.Find(x => x.ChainId == chainId);

    private void Remove(SenderKeyState? state)
    {
        if (state is not null)
        {
            _states.Remove(state);
            state.Dispose();
        }
    }
}
