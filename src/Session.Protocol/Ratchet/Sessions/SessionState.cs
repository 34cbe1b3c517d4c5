using System.Buffers;
using System.Security.Cryptography;
using Session.Protocol.Accounts;
using Session.Protocol.Cryptography;

namespace Session.Protocol.Ratchet.Sessions;

/// <summary>One double ratchet with one peer (protocol/30 §4). All secrets are in pinned memory and zeroed on <see cref="Dispose"/>.</summary>
internal sealed class SessionState : IDisposable
{
    /// <summary>Version 3 from a writer that knows nothing newer.</summary>
    public const byte OldX3dhVersionByte = 0x33;
    public const byte X3dhVersionByte = 0x34;
    public const byte PqxdhVersionByte = 0x44;

    private const int RootAt = 0;
    private const int SendingKeyAt = KeySchedule.KeySize;
    private const int RatchetSecretAt = 2 * KeySchedule.KeySize;
    private const int SecretsSize = 3 * KeySchedule.KeySize;
    private const int PrefixSize = 2 * WireKeys.X25519Size;

    private readonly SecretBytes _secrets;
    private readonly List<ReceivingChain> _receiving = new(RatchetLimits.MaxReceivingChains);

    /// <summary>Takes over <paramref name="secrets"/>: root key, sending chain key and own ratchet secret.</summary>
    private SessionState(SessionParties parties, byte versionByte, X25519PublicKey baseKey, SecretBytes secrets, X25519PublicKey ratchetKey, PqChain? pq)
    {
        Parties = parties;
        VersionByte = versionByte;
        BaseKey = baseKey;
        _secrets = secrets;
        RatchetKey = ratchetKey;
        Pq = pq;
    }

    public SessionParties Parties { get; }

    /// <summary>First byte of every message that is sent.</summary>
    public byte VersionByte { get; }

    public int Version => VersionByte >> 4;

    /// <summary>The initiator's ephemeral key, which tells sessions apart.</summary>
    public X25519PublicKey BaseKey { get; }

    /// <summary>Our current public ratchet key.</summary>
    public X25519PublicKey RatchetKey { get; private set; }

    /// <summary>Counter of the next message to send.</summary>
    public uint SendingIndex { get; private set; }

    public uint PreviousCounter { get; private set; }

    /// <summary>Chains of the peer, oldest first.</summary>
    public IReadOnlyList<ReceivingChain> Receiving => _receiving;

    /// <summary>Null in suites without a post-quantum chain.</summary>
    public PqChain? Pq { get; }

    /// <summary>Set until the peer has answered a session that we started.</summary>
    public PendingHandshake? Pending { get; set; }

    public RatchetSuite Suite => Version == X3dhVersionByte >> 4 ? RatchetSuite.X3dh : Pq is null ? RatchetSuite.Pqxdh : RatchetSuite.PqxdhWithPqChain;

    public ReadOnlySpan<byte> Root => _secrets.Span.Slice(RootAt, KeySchedule.KeySize);

    public ReadOnlySpan<byte> RatchetSecret => _secrets.Span.Slice(RatchetSecretAt, KeySchedule.KeySize);

    /// <summary>All three fixed secrets, for tests that look at wiping.</summary>
    internal Span<byte> Secrets => _secrets.Span;

    private Span<byte> SendingKey => _secrets.Span.Slice(SendingKeyAt, KeySchedule.KeySize);

    /// <summary>A state as it is right after a handshake: a root key, a sending chain and its ratchet pair, nothing received.</summary>
    public static SessionState Create(
        SessionParties parties,
        byte versionByte,
        X25519PublicKey baseKey,
        ReadOnlySpan<byte> root,
        ReadOnlySpan<byte> sendingKey,
        ReadOnlySpan<byte> ratchetSecret,
        X25519PublicKey ratchetKey,
        PqChain? pq)
    {
        var secrets = new SecretBytes(SecretsSize);
        root.CopyTo(secrets.Span[RootAt..]);
        sendingKey.CopyTo(secrets.Span[SendingKeyAt..]);
        ratchetSecret.CopyTo(secrets.Span[RatchetSecretAt..]);
        return new SessionState(parties, versionByte, baseKey, secrets, ratchetKey, pq);
    }

    public ReceivingChain? FindChain(X25519PublicKey ratchetKey)
    {
        foreach (ReceivingChain chain in _receiving)
        {
            if (chain.RatchetKey == ratchetKey)
            {
                return chain;
            }
        }

        return null;
    }

    /// <summary>Adds a chain of the peer; the oldest goes when there are too many.</summary>
    public void AddChain(ReceivingChain chain)
    {
        if (_receiving.Count == RatchetLimits.MaxReceivingChains)
        {
            _receiving[0].Dispose();
            _receiving.RemoveAt(0);
        }

        _receiving.Add(chain);
    }

    /// <summary>
    /// The sending half of a Diffie-Hellman step: a fresh ratchet pair against the peer's new key. Nothing is written before the
    /// source of randomness has answered.
    /// </summary>
    public void TurnSendingChain(ReadOnlySpan<byte> root, X25519PublicKey theirs, IRandomSource random)
    {
        Span<byte> fresh = stackalloc byte[X25519.KeySize];
        Span<byte> shared = stackalloc byte[X25519.KeySize];
        try
        {
            KeyPairs.Generate(random, fresh);

            // Cannot fail: the same key has just given a result with the old secret, so it is not of small order.
            _ = X25519.TryAgree(fresh, theirs.AsSpan(), shared);
            RatchetKey = KeyPairs.PublicKey(fresh);
            fresh.CopyTo(_secrets.Span[RatchetSecretAt..]);
            KeySchedule.RootStep(root, shared, _secrets.Span.Slice(RootAt, KeySchedule.KeySize), SendingKey);
            PreviousCounter = SendingIndex == 0 ? 0 : SendingIndex - 1;
            SendingIndex = 0;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(fresh);
            CryptographicOperations.ZeroMemory(shared);
        }
    }

    /// <summary>Encrypts the next message. The caller has checked size, age and trust: this step cannot be refused.</summary>
    public RatchetMessage Encrypt(ReadOnlySpan<byte> plaintext)
    {
        Span<byte> seed = stackalloc byte[KeySchedule.KeySize];
        Span<byte> pqKey = stackalloc byte[KeySchedule.KeySize];
        Span<byte> keys = stackalloc byte[KeySchedule.MessageKeysSize];
        Span<byte> mac = stackalloc byte[HmacSha256.MacSize];
        Span<byte> pqHeader = stackalloc byte[PqHeader.MaxWrittenSize];
        byte[]? rented = null;
        try
        {
            KeySchedule.ChainStep(SendingKey, seed);
            pqHeader = pqHeader[..(Pq?.Send(pqKey, pqHeader) ?? 0)];
            KeySchedule.MessageKeys(seed, Pq is null ? default : pqKey, keys);

            int ciphertextSize = AesCbc.CiphertextSize(plaintext.Length);
            int size = SignalMessage.SizeOf(SendingIndex, PreviousCounter, ciphertextSize, pqHeader.Length);
            rented = ArrayPool<byte>.Shared.Rent(PrefixSize + size + SignalMessage.MacSize);
            Span<byte> authenticated = rented.AsSpan(0, PrefixSize + size);
            WireKeys.Write(Parties.LocalIdentity, authenticated);
            WireKeys.Write(Parties.RemoteIdentity, authenticated[WireKeys.X25519Size..]);
            Span<byte> ciphertext = SignalMessage.Write(
                authenticated[PrefixSize..], VersionByte, RatchetKey, SendingIndex, PreviousCounter, ciphertextSize, pqHeader);
            AesCbc.Encrypt(keys[..32], keys[64..], plaintext, ciphertext);
            HMACSHA256.HashData(keys[32..64], authenticated, mac);
            mac[..SignalMessage.MacSize].CopyTo(rented.AsSpan(authenticated.Length));
            SendingIndex++;

            ReadOnlySpan<byte> message = rented.AsSpan(PrefixSize, size + SignalMessage.MacSize);
            return Pending is null
                ? new RatchetMessage(RatchetMessageType.Message, message.ToArray())
                : new RatchetMessage(
                    RatchetMessageType.PreKey,
                    PreKeySignalMessage.Build(VersionByte, Pending, BaseKey, Parties.LocalIdentity, Parties.LocalRegistrationId, message));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(seed);
            CryptographicOperations.ZeroMemory(pqKey);
            CryptographicOperations.ZeroMemory(keys);
            if (rented is not null)
            {
                ArrayPool<byte>.Shared.Return(rented);
            }
        }
    }

    public void Dispose()
    {
        _secrets.Dispose();
        Pq?.Dispose();
        foreach (ReceivingChain chain in _receiving)
        {
            chain.Dispose();
        }
    }

    [Flags]
    private enum Parts : byte
    {
        None = 0,
        Pq = 1,
        Pending = 2,
    }

    public int SerializedSize => 2 + SessionParties.SerializedSize + (2 * X25519PublicKey.Size) + SecretsSize + (2 * sizeof(uint)) + 1
        + _receiving.Sum(x => x.SerializedSize) + (Pq?.SerializedSize ?? 0) + (Pending?.SerializedSize ?? 0);

    public void Write(ref StateWriter writer)
    {
        writer.Byte(VersionByte);
        writer.Byte((byte)((Pq is null ? Parts.None : Parts.Pq) | (Pending is null ? Parts.None : Parts.Pending)));
        Parties.Write(ref writer);
        writer.Key(BaseKey);
        writer.Bytes(_secrets.Span);
        writer.Key(RatchetKey);
        writer.UInt32(SendingIndex);
        writer.UInt32(PreviousCounter);
        writer.Byte((byte)_receiving.Count);
        foreach (ReceivingChain chain in _receiving)
        {
            chain.Write(ref writer);
        }

        Pq?.Write(ref writer);
        Pending?.Write(ref writer);
    }

    /// <summary>Null when the bytes are no state.</summary>
    public static SessionState? Read(ref StateReader reader)
    {
        byte versionByte = reader.Byte();
        var parts = (Parts)reader.Byte();
        SessionParties parties = SessionParties.Read(ref reader);
        X25519PublicKey baseKey = reader.Key();
        ReadOnlySpan<byte> secrets = reader.Bytes(SecretsSize);
        X25519PublicKey ratchetKey = reader.Key();
        uint sendingIndex = reader.UInt32();
        uint previousCounter = reader.UInt32();
        int chains = reader.Byte();
        if (reader.IsDefect || versionByte is not (OldX3dhVersionByte or X3dhVersionByte or PqxdhVersionByte) || chains > RatchetLimits.MaxReceivingChains)
        {
            return null;
        }

        var received = new List<ReceivingChain>(chains);
        while (received.Count < chains && ReceivingChain.Read(ref reader) is { } chain)
        {
            received.Add(chain);
        }

        PqChain? pq = parts.HasFlag(Parts.Pq) ? PqChain.Read(ref reader) : null;
        PendingHandshake? pending = parts.HasFlag(Parts.Pending) ? PendingHandshake.Read(ref reader) : null;
        if (reader.IsDefect || received.Count != chains || parts.HasFlag(Parts.Pq) != (pq is not null))
        {
            received.ForEach(x => x.Dispose());
            pq?.Dispose();
            return null;
        }

        var state = new SessionState(parties, versionByte, baseKey, new SecretBytes(secrets), ratchetKey, pq)
        {
            SendingIndex = sendingIndex,
            PreviousCounter = previousCounter,
            Pending = pending,
        };
        state._receiving.AddRange(received);
        return state;
    }
}
