using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Session.Protocol.Accounts;
using Session.Protocol.Cryptography;
using Session.Protocol.Ratchet.PreKeys;
using Session.Protocol.Ratchet.Sessions;
using Session.Protocol.Ratchet.Stores;

namespace Session.Protocol.Ratchet;

/// <summary>
/// All sessions with one address, as a pure state machine: one that is sent in, and archived ones that late messages still
/// open (protocol/30 §7). Time and randomness are arguments, storage is the caller's: write <see cref="Serialize"/> down before
/// a message or plaintext is handed out. <see cref="RatchetCipher"/> does that with a store.
/// A call that does not return <see cref="RatchetStatus.Ok"/> has changed nothing. Not safe for concurrent use.
/// </summary>
public sealed class RatchetSession : IDisposable
{
    private const byte Format = 1;

    private readonly RatchetParty _local;
    private readonly RatchetAddress _remote;
    private readonly IIdentityTrust _trust;
    private readonly List<SessionState> _archived = [];
    private SessionState? _current;

    /// <summary>No session yet: start one with <see cref="Initiate"/>, or let a first message start it.</summary>
    /// <param name="local">One's own end; not disposed with the session.</param>
    /// <param name="remote">The peer.</param>
    /// <param name="trust">Who decides about identity keys; trust on first use by default.</param>
    /// <param name="knownIdentity">The identity key that is stored for the peer, if any.</param>
    public RatchetSession(RatchetParty local, RatchetAddress remote, IIdentityTrust? trust = null, X25519PublicKey? knownIdentity = null)
    {
        ArgumentNullException.ThrowIfNull(local);
        _local = local;
        _remote = remote;
        _trust = trust ?? TrustOnFirstUse.Instance;
        KnownIdentity = knownIdentity;
    }

    /// <summary>The identity key accepted for the peer; null before the first step. Store it beside the session.</summary>
    public X25519PublicKey? KnownIdentity { get; private set; }

    /// <summary>The suite of the session that is sent in; <see cref="RatchetSuite.None"/> when there is none.</summary>
    public RatchetSuite Suite => _current?.Suite ?? RatchetSuite.None;

    /// <summary>Whether we started the current session and have not heard from the peer in it.</summary>
    public bool IsPending => _current?.Pending is not null;

    /// <summary>Number of archived sessions, at most <see cref="RatchetLimits.MaxArchivedSessions"/>.</summary>
    public int ArchivedCount => _archived.Count;

    internal SessionState? Current => _current;

    /// <summary>Reads what <see cref="Serialize"/> wrote.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="local">One's own end; not disposed with the session.</param>
    /// <param name="remote">The peer.</param>
    /// <param name="trust">Who decides about identity keys; trust on first use by default.</param>
    /// <param name="knownIdentity">The identity key that is stored for the peer, if any.</param>
    /// <param name="session">The session; the caller disposes it.</param>
    /// <returns>False when the bytes are anything else.</returns>
    public static bool TryDeserialize(
        ReadOnlySpan<byte> bytes, RatchetParty local, RatchetAddress remote, IIdentityTrust? trust, X25519PublicKey? knownIdentity, [NotNullWhen(true)] out RatchetSession? session)
    {
        session = null;
        var reader = new StateReader(bytes);
        bool known = reader.Byte() == Format;
        bool hasCurrent = reader.Byte() != 0;
        int archived = reader.Byte();
        if (!known || archived > RatchetLimits.MaxArchivedSessions)
        {
            return false;
        }

        var read = new RatchetSession(local, remote, trust, knownIdentity);
        bool ok = !hasCurrent || (read._current = SessionState.Read(ref reader)) is not null;
        for (int i = 0; i < archived && ok; i++)
        {
            SessionState? state = SessionState.Read(ref reader);
            ok = state is not null;
            if (ok)
            {
                read._archived.Add(state!);
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

    /// <summary>
    /// The whole state with its secrets (layout in docs/ratchet.md). At most 670 bytes per session, 36 more per skipped key, and
    /// 1.6 KB while a hybrid handshake is unanswered. The caller protects and zeroes them.
    /// </summary>
    /// <returns>A new array.</returns>
    public byte[] Serialize()
    {
        byte[] bytes = new byte[3 + (_current?.SerializedSize ?? 0) + _archived.Sum(x => x.SerializedSize)];
        var writer = new StateWriter(bytes);
        writer.Byte(Format);
        writer.Byte(_current is null ? (byte)0 : (byte)1);
        writer.Byte((byte)_archived.Count);
        _current?.Write(ref writer);
        foreach (SessionState state in _archived)
        {
            state.Write(ref writer);
        }

        return bytes;
    }

    /// <summary>Starts a new session from a bundle. A session that exists is archived.</summary>
    /// <param name="bundle">The peer's keys; checked here.</param>
    /// <param name="now">The time; the session may be sent in for <see cref="RatchetLimits.MaxPendingAge"/> without an answer.</param>
    /// <param name="suite">Which handshake; null takes the strongest that the bundle allows.</param>
    /// <param name="random">Where keys come from; the system's random numbers by default.</param>
    /// <returns><see cref="RatchetStatus.Ok"/>, <see cref="RatchetStatus.UntrustedIdentity"/> or <see cref="RatchetStatus.InvalidBundle"/>.</returns>
    public RatchetStatus Initiate(PreKeyBundle bundle, DateTimeOffset now, RatchetSuite? suite = null, IRandomSource? random = null)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        RatchetSuite chosen = suite ?? bundle.StrongestSuite;
        if (chosen is < RatchetSuite.X3dh or > RatchetSuite.PqxdhWithPqChain)
        {
            throw new ArgumentOutOfRangeException(nameof(suite), suite, "Not a suite.");
        }

        if (!_trust.IsTrusted(_remote, bundle.IdentityKey, KnownIdentity, TrustDirection.Sending))
        {
            return RatchetStatus.UntrustedIdentity;
        }

        bool complete = chosen == RatchetSuite.X3dh || bundle.KemPreKeyId is not null;
        if (!complete || !bundle.Verify() || !Handshake.TryInitiate(_local, bundle, chosen, now, random ?? RandomSource.System, out SessionState? state))
        {
            return RatchetStatus.InvalidBundle;
        }

        Replace(state);
        KnownIdentity = bundle.IdentityKey;
        return RatchetStatus.Ok;
    }

    /// <summary>Encrypts one message in the current session.</summary>
    /// <param name="plaintext">At most <see cref="RatchetLimits.MaxPlaintextSize"/> bytes. Its length shows, rounded up to 16: pad it if it must not.</param>
    /// <param name="now">The time, against which the age of an unanswered session counts.</param>
    /// <param name="message">The message.</param>
    /// <returns><see cref="RatchetStatus.Ok"/>, <see cref="RatchetStatus.NoSession"/> or <see cref="RatchetStatus.UntrustedIdentity"/>.</returns>
    /// <exception cref="ArgumentException">The plaintext is too long.</exception>
    public RatchetStatus Encrypt(ReadOnlySpan<byte> plaintext, DateTimeOffset now, out RatchetMessage message)
    {
        message = default;
        if (plaintext.Length > RatchetLimits.MaxPlaintextSize)
        {
            throw new ArgumentException($"Expected at most {RatchetLimits.MaxPlaintextSize} bytes, got {plaintext.Length}.", nameof(plaintext));
        }

        if (_current is null || now - _current.Pending?.Since > RatchetLimits.MaxPendingAge)
        {
            return RatchetStatus.NoSession;
        }

        if (!_trust.IsTrusted(_remote, _current.Parties.RemoteIdentity, KnownIdentity, TrustDirection.Sending))
        {
            return RatchetStatus.UntrustedIdentity;
        }

        message = _current.Encrypt(plaintext);
        return RatchetStatus.Ok;
    }

    /// <summary>
    /// Opens a message of either kind. When the result carries <see cref="DecryptResult.Accepted"/>, the caller must have made
    /// sure that this handshake was not accepted before: only a store can remember that for long enough.
    /// </summary>
    /// <param name="message">The message, from whoever claims to be the peer.</param>
    /// <param name="keys">The pre-keys that a first message names (<see cref="RatchetMessage.TryReadHandshake"/>); null when they do not exist or are not needed.</param>
    /// <param name="random">Where the next ratchet key comes from; the system's random numbers by default.</param>
    /// <returns>The plaintext or the reason.</returns>
    public DecryptResult Decrypt(RatchetMessage message, PreKeySet? keys = null, IRandomSource? random = null)
    {
        random ??= RandomSource.System;
        if (message.Type != RatchetMessageType.PreKey)
        {
            RatchetStatus status = message.Type == RatchetMessageType.Message ? SignalMessage.TryParse(message.Bytes.Span, out SignalMessage signal) : Malformed(out signal);
            return status == RatchetStatus.Ok ? Decrypt(signal, random) : Refused(status);
        }

        RatchetStatus parsed = PreKeySignalMessage.TryParse(message.Type, message.Bytes.Span, out PreKeySignalMessage first);
        return parsed == RatchetStatus.Ok ? Decrypt(first, keys, random) : Refused(parsed);
    }

    /// <summary>Ends the current session for sending; late messages still open. Does nothing when there is none.</summary>
    public void Archive() => Replace(null);

    /// <summary>Zeroes all secrets.</summary>
    public void Dispose()
    {
        _current?.Dispose();
        _archived.ForEach(x => x.Dispose());
    }

    /// <summary>The address: never a secret.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => _remote.ToString();

    /// <summary>Whether opening a message takes pre-keys, because it is a first message of a session unknown so far.</summary>
    internal bool NeedsPreKeys(RatchetMessage message, out HandshakeId handshake)
    {
        bool first = PreKeySignalMessage.TryParse(message.Type, message.Bytes.Span, out PreKeySignalMessage parsed) == RatchetStatus.Ok && Find(parsed) is null;
        handshake = first ? parsed.Handshake : default;
        return first;
    }

    /// <summary>Puts a state in as current one, as an import does.</summary>
    internal void Adopt(SessionState state, X25519PublicKey identity)
    {
        Replace(state);
        KnownIdentity = identity;
    }

    private static RatchetStatus Malformed(out SignalMessage signal)
    {
        signal = default;
        return RatchetStatus.Malformed;
    }

    private static DecryptResult Refused(RatchetStatus status) => new() { Status = status };

    private DecryptResult Decrypt(in SignalMessage message, IRandomSource random)
    {
        if (_current is null && _archived.Count == 0)
        {
            return Refused(RatchetStatus.NoSession);
        }

        for (int i = -1; i < _archived.Count; i++)
        {
            if ((i < 0 ? _current : _archived[i]) is { } state && Receive(state, message, random) is { Status: not RatchetStatus.Invalid } result)
            {
                if (result.Status == RatchetStatus.Ok)
                {
                    MakeCurrent(state);
                }

                return result;
            }
        }

        return Refused(RatchetStatus.Invalid);
    }

    private DecryptResult Decrypt(in PreKeySignalMessage message, PreKeySet? keys, IRandomSource random)
    {
        if (!_trust.IsTrusted(_remote, message.IdentityKey, KnownIdentity, TrustDirection.Receiving))
        {
            return Refused(RatchetStatus.UntrustedIdentity);
        }

        if (Find(message) is { } known)
        {
            // A session answers for the identity it was made with, not for one that the message merely names.
            DecryptResult again = known.Parties.RemoteIdentity == message.IdentityKey ? Receive(known, message.Message, random) : Refused(RatchetStatus.Invalid);
            if (again.Status == RatchetStatus.Ok)
            {
                MakeCurrent(known);
            }

            return again;
        }

        if (keys?.Covers(message.Handshake) != true)
        {
            return Refused(RatchetStatus.UnknownPreKey);
        }

        if (!Handshake.TryAccept(_local, keys, message, out SessionState? state))
        {
            return Refused(RatchetStatus.Invalid);
        }

        DecryptResult result = Receive(state, message.Message, random);
        if (result.Status != RatchetStatus.Ok)
        {
            state.Dispose();
            return result;
        }

        Replace(state);
        return result with { Accepted = message.Handshake };
    }

    /// <summary>Tries one session. Trust is looked at only for an authentic message, and before anything is written.</summary>
    private DecryptResult Receive(SessionState state, in SignalMessage message, IRandomSource random)
    {
        using var step = new ReceiveStep(state, _local.Address, _remote);
        RatchetStatus status = step.TryOpen(message, out byte[] plaintext);
        if (status != RatchetStatus.Ok)
        {
            return Refused(status);
        }

        X25519PublicKey identity = state.Parties.RemoteIdentity;
        if (!_trust.IsTrusted(_remote, identity, KnownIdentity, TrustDirection.Receiving))
        {
            CryptographicOperations.ZeroMemory(plaintext);
            return Refused(RatchetStatus.UntrustedIdentity);
        }

        step.Commit(random);
        KnownIdentity = identity;
        return new DecryptResult { Status = RatchetStatus.Ok, Plaintext = plaintext, Identity = identity, Suite = state.Suite };
    }

    private SessionState? Find(in PreKeySignalMessage message)
    {
        for (int i = -1; i < _archived.Count; i++)
        {
            SessionState? state = i < 0 ? _current : _archived[i];
            if (state is not null && state.Version == message.Version && state.BaseKey == message.Handshake.BaseKey)
            {
                return state;
            }
        }

        return null;
    }

    private void MakeCurrent(SessionState state)
    {
        if (state != _current)
        {
            _archived.Remove(state);
            Replace(state);
        }
    }

    private void Replace(SessionState? state)
    {
        if (_current is not null)
        {
            // Nothing is ever sent in an archived session again unless the peer is heard in it first.
            _current.Pending = null;
            _archived.Insert(0, _current);
        }

        _current = state;
        if (_archived.Count > RatchetLimits.MaxArchivedSessions)
        {
            _archived[^1].Dispose();
            _archived.RemoveAt(_archived.Count - 1);
        }
    }
}
