using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Session.Protocol.Cryptography;
using Session.Protocol.Ratchet.Sessions;

namespace Session.Protocol.SenderKeys;

/// <summary>
/// The chains of one author in one group, as a pure state machine, byte-compatible with libsignal (protocol/31). The author's
/// own copy signs and encrypts, and holds one chain; every reader's copy opens. Randomness is an argument, storage is the
/// caller's: write <see cref="Serialize"/> down before a message or plaintext is handed out. <see cref="SenderKeyCipher"/> does
/// that with a store.
/// A message does not name its author: look the session up under the author that the transport has authenticated.
/// A call that does not return <see cref="SenderKeyStatus.Ok"/> has changed nothing. Not safe for concurrent use.
/// </summary>
public sealed class SenderKeySession : IDisposable
{
    private const byte Format = 1;
    private const int HeaderSize = 1 + SenderKeyWire.UuidSize + 1;

    // Newest first, and five at most. An own chain stands alone.
    private readonly List<SenderKeyState> _states = [];
    private bool _isDisposed;

    /// <summary>No chain yet: an author makes one with <see cref="CreateDistribution"/>, a reader learns it by <see cref="Process"/>.</summary>
    /// <param name="distributionId">Which group or part of one; chosen by the application.</param>
    public SenderKeySession(Guid distributionId) => DistributionId = distributionId;

    /// <summary>Which group or part of one.</summary>
    public Guid DistributionId { get; }

    /// <summary>Number of chains, at most <see cref="SenderKeyLimits.MaxStates"/>.</summary>
    public int StateCount => States.Count;

    /// <summary>Whether this is the author's own copy.</summary>
    public bool IsOwn => Newest?.IsOwn == true;

    /// <summary>The id of the newest chain, 31 random bits; null when there is none.</summary>
    public uint? ChainId => Newest?.ChainId;

    /// <summary>The number of the next message in the newest chain. Rotate an own chain long before 2³².</summary>
    public uint Iteration => Newest?.Iteration ?? 0;

    // Everything looks at the chains through this, so that a disposed session is not taken for an empty one.
    internal List<SenderKeyState> States
    {
        get
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            return _states;
        }
    }

    private SenderKeyState? Newest => States.Count > 0 ? States[0] : null;

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
            ok = state is not null && read.Find(state.ChainId) is null;
            if (state is not null)
            {
                read._states.Add(state);
            }
        }

        ok = ok && (count == 1 || !read._states.Exists(x => x.IsOwn));
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
        byte[] bytes = new byte[HeaderSize + States.Sum(x => x.SerializedSize)];
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
        if (States.Count == 0)
        {
            States.Add(SenderKeyState.Create(random ?? RandomSource.System));
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
        SenderKeyState? old = Newest is null ? null : RequireOwn();
        States.Add(SenderKeyState.Create(random ?? RandomSource.System));
        Remove(old);
    }

    /// <summary>
    /// Learns an author's chain. One that is known already is kept where it stands: a repeated distribution never rewinds.
    /// </summary>
    /// <param name="distribution">The message, from a pairwise session with the author; nothing else authenticates it.</param>
    /// <returns><see cref="SenderKeyStatus.Ok"/>; <see cref="SenderKeyStatus.Malformed"/>; <see cref="SenderKeyStatus.Version"/>;
    /// <see cref="SenderKeyStatus.Invalid"/> for another distribution id; <see cref="SenderKeyStatus.OwnChain"/> when this is an
    /// author's own copy and the distribution is not of its chain.</returns>
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
        bool isKnown = known?.SigningKey == message.SigningKey;
        if (IsOwn)
        {
            return isKnown ? SenderKeyStatus.Ok : SenderKeyStatus.OwnChain;
        }

        if (known is null || !isKnown)
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
        SenderKeyStatus status = CheckEncrypt(plaintext);
        message = status == SenderKeyStatus.Ok ? new byte[States[0].MessageSize(plaintext.Length)] : [];
        if (status == SenderKeyStatus.Ok)
        {
            States[0].Encrypt(DistributionId, plaintext, message, random ?? RandomSource.System);
        }

        return status;
    }

    /// <summary>As <see cref="Encrypt"/>, without an array: the message is appended to a buffer.</summary>
    /// <param name="plaintext">At most <see cref="SenderKeyLimits.MaxPlaintextSize"/> bytes.</param>
    /// <param name="destination">Where the message goes. Untouched unless the status is <see cref="SenderKeyStatus.Ok"/>.</param>
    /// <param name="random">Where the signature's randomness comes from; the system's random numbers by default.</param>
    /// <returns>The same.</returns>
    /// <exception cref="ArgumentException">The plaintext is too long.</exception>
    public SenderKeyStatus EncryptTo(ReadOnlySpan<byte> plaintext, IBufferWriter<byte> destination, IRandomSource? random = null)
    {
        ArgumentNullException.ThrowIfNull(destination);
        SenderKeyStatus status = CheckEncrypt(plaintext);
        if (status == SenderKeyStatus.Ok)
        {
            int size = States[0].MessageSize(plaintext.Length);
            States[0].Encrypt(DistributionId, plaintext, destination.GetSpan(size)[..size], random ?? RandomSource.System);
            destination.Advance(size);
        }

        return status;
    }

    /// <summary>Opens one message of this author.</summary>
    /// <param name="message">The message.</param>
    /// <returns>The plaintext or the reason.</returns>
    public SenderKeyDecryptResult Decrypt(ReadOnlySpan<byte> message)
    {
        SenderKeyStatus status = TryRead(message, out GroupMessage parsed, out SenderKeyState? state);
        if (state is null)
        {
            return new SenderKeyDecryptResult { Status = status };
        }

        byte[] rented = ArrayPool<byte>.Shared.Rent(parsed.Ciphertext.Length);
        Span<byte> opened = rented.AsSpan(0, parsed.Ciphertext.Length);
        try
        {
            status = state.Decrypt(parsed, opened, out int size);
            return new SenderKeyDecryptResult { Status = status, Plaintext = opened[..size].ToArray() };
        }
        finally
        {
            CryptographicOperations.ZeroMemory(opened);
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <summary>As <see cref="Decrypt"/>, without an array: the plaintext is appended to a buffer.</summary>
    /// <param name="message">The message.</param>
    /// <param name="destination">Where the plaintext goes. Nothing is appended unless the status is <see cref="SenderKeyStatus.Ok"/>.</param>
    /// <returns><see cref="SenderKeyStatus.Ok"/> or the reason.</returns>
    public SenderKeyStatus DecryptTo(ReadOnlySpan<byte> message, IBufferWriter<byte> destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        SenderKeyStatus status = TryRead(message, out GroupMessage parsed, out SenderKeyState? state);
        if (state is null)
        {
            return status;
        }

        status = state.Decrypt(parsed, destination.GetSpan(parsed.Ciphertext.Length)[..parsed.Ciphertext.Length], out int size);
        destination.Advance(size);
        return status;
    }

    /// <summary>Zeroes all chains. What is called afterwards throws <see cref="ObjectDisposedException"/>.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        _states.ForEach(x => x.Dispose());
    }

    /// <summary>The distribution id: never a secret.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => DistributionId.ToString();

    private SenderKeyStatus CheckEncrypt(ReadOnlySpan<byte> plaintext)
    {
        if (plaintext.Length > SenderKeyLimits.MaxPlaintextSize)
        {
            throw new ArgumentException($"Expected at most {SenderKeyLimits.MaxPlaintextSize} bytes, got {plaintext.Length}.", nameof(plaintext));
        }

        return !IsOwn ? SenderKeyStatus.NoSenderKey : Iteration == uint.MaxValue ? SenderKeyStatus.Invalid : SenderKeyStatus.Ok;
    }

    // The state is null unless the status is Ok.
    private SenderKeyStatus TryRead(ReadOnlySpan<byte> message, out GroupMessage parsed, out SenderKeyState? state)
    {
        SenderKeyStatus status = GroupMessage.TryParse(message, out parsed);
        state = status == SenderKeyStatus.Ok && parsed.DistributionId == DistributionId ? Find(parsed.ChainId) : null;
        return status == SenderKeyStatus.Ok && state is null ? SenderKeyStatus.NoSenderKey : status;
    }

    private SenderKeyState RequireOwn() => IsOwn ? States[0] : throw new InvalidOperationException("These chains were received: only their author can distribute or rotate them.");

    // A loop rather than List.Find: the closure would be an allocation per message.
    private SenderKeyState? Find(uint chainId)
    {
        foreach (SenderKeyState state in States)
        {
            if (state.ChainId == chainId)
            {
                return state;
            }
        }

        return null;
    }

    private void Remove(SenderKeyState? state)
    {
        if (state is not null)
        {
            _states.Remove(state);
            state.Dispose();
        }
    }
}
