using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Session.Protocol.Accounts;
using Session.Protocol.Cryptography;

namespace Session.Protocol.Ratchet.Sessions;

/// <summary>
/// Opens one message in one session. Everything is worked out beside the state; only <see cref="Commit"/> writes to it,
/// and nothing in the message can make that fail. So a refused message leaves the state bit for bit as it was, without copying it first.
/// </summary>
[SuppressMessage("Usage", "CA2213:Disposable fields should be disposed", Justification = "State and chain are borrowed; they outlive the step.")]
internal ref struct ReceiveStep(SessionState state, RatchetAddress local, RatchetAddress remote)
{
    private readonly SessionState _state = state;
    private readonly RatchetAddress _local = local;
    private readonly RatchetAddress _remote = remote;

    private X25519PublicKey _ratchetKey;
    private ReceivingChain? _chain;
    private uint _counter;
    private bool _isSkipped;
    private SkippedJump _jump;
    private Bytes32 _root;
    private Bytes32 _chainKey;
    private Bytes32 _seed;

    private uint _pqIndex;
    private bool _isPqSkipped;
    private SkippedJump _pqJump;
    private Bytes32 _pqChainKey;
    private Bytes32 _pqKey;

    /// <summary>Finds the keys, checks MAC and padding, and gives the plaintext.</summary>
    public RatchetStatus TryOpen(in SignalMessage message, out byte[] plaintext)
    {
        plaintext = [];
        if (message.Version != _state.Version)
        {
            return RatchetStatus.Invalid;
        }

        RatchetStatus status = FindSeed(message);
        if (status == RatchetStatus.Ok && !FindPqKey(message))
        {
            status = RatchetStatus.Invalid;
        }

        return status == RatchetStatus.Ok && !Open(message, out plaintext) ? RatchetStatus.Invalid : status;
    }

    /// <summary>Writes the step into the state. Call it once, after a successful <see cref="TryOpen"/>.</summary>
    public void Commit(IRandomSource random)
    {
        if (_chain is null)
        {
            // This comes first: should the source of randomness fail, nothing has been written yet.
            _state.TurnSendingChain(_root, _ratchetKey, random);
            _chain = new ReceivingChain(_ratchetKey, _chainKey, 0);
            _state.AddChain(_chain);
        }

        if (_isSkipped)
        {
            _chain.Skipped.Remove(_counter);
        }
        else
        {
            _chain.Advance(_chainKey, _counter + 1, _jump);
        }

        if (_state.Pq is { } pq)
        {
            if (_isPqSkipped)
            {
                pq.Skipped.Remove(_pqIndex);
            }
            else
            {
                pq.Advance(_pqChainKey, _pqIndex, _pqJump);
            }
        }

        _state.Pending = null;
    }

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_root);
        CryptographicOperations.ZeroMemory(_chainKey);
        CryptographicOperations.ZeroMemory(_seed);
        CryptographicOperations.ZeroMemory(_pqChainKey);
        CryptographicOperations.ZeroMemory(_pqKey);
        _jump.Dispose();
        _pqJump.Dispose();
    }

    private RatchetStatus FindSeed(in SignalMessage message)
    {
        _ratchetKey = message.RatchetKey;
        _counter = message.Counter;
        _chain = _state.FindChain(_ratchetKey);
        uint index = _chain?.Index ?? 0;
        if (_counter < index)
        {
            _isSkipped = _chain!.Skipped.TryFind(_counter, _seed);
            return _isSkipped ? RatchetStatus.Ok : RatchetStatus.Duplicate;
        }

        // The last number is refused because the chain could not count on.
        if (_counter - index > RatchetLimits.MaxForwardJump || _counter == uint.MaxValue || !TryStartChain())
        {
            return RatchetStatus.Invalid;
        }

        _jump = new SkippedJump(index, _counter);
        for (uint i = index; i < _counter; i++)
        {
            KeySchedule.ChainStep(_chainKey, _seed);
            _jump.Hold(i, _seed);
        }

        KeySchedule.ChainStep(_chainKey, _seed);
        return RatchetStatus.Ok;
    }

    /// <summary>The key of the known chain, or the receiving half of a Diffie-Hellman step.</summary>
    private bool TryStartChain()
    {
        if (_chain is not null)
        {
            _chain.Key.CopyTo(_chainKey);
            return true;
        }

        Span<byte> shared = stackalloc byte[X25519.KeySize];
        bool ok = X25519.TryAgree(_state.RatchetSecret, _ratchetKey.AsSpan(), shared);
        if (ok)
        {
            KeySchedule.RootStep(_state.Root, shared, _root, _chainKey);
        }

        CryptographicOperations.ZeroMemory(shared);
        return ok;
    }

    private bool FindPqKey(in SignalMessage message)
    {
        if (_state.Pq is not { } pq)
        {
            return true;
        }

        if (!PqHeader.TryRead(message.PqRatchet, out _pqIndex))
        {
            return false;
        }

        if (_pqIndex <= pq.Received)
        {
            _isPqSkipped = pq.Skipped.TryFind(_pqIndex, _pqKey);
            return _isPqSkipped;
        }

        if (_pqIndex - pq.Received > RatchetLimits.MaxForwardJump)
        {
            return false;
        }

        pq.ReceiveKey.CopyTo(_pqChainKey);
        _pqJump = new SkippedJump(pq.Received + 1, _pqIndex);
        for (uint i = pq.Received + 1; i < _pqIndex; i++)
        {
            KeySchedule.PqChainStep(_pqChainKey, i, _pqKey);
            _pqJump.Hold(i, _pqKey);
        }

        KeySchedule.PqChainStep(_pqChainKey, _pqIndex, _pqKey);
        return true;
    }

    private readonly bool Open(in SignalMessage message, out byte[] plaintext)
    {
        plaintext = [];
        Span<byte> keys = stackalloc byte[KeySchedule.MessageKeysSize];
        Span<byte> mac = stackalloc byte[HmacSha256.MacSize];
        int prefix = 2 * WireKeys.X25519Size;
        byte[] rented = ArrayPool<byte>.Shared.Rent(prefix + message.Authenticated.Length);
        try
        {
            ReadOnlySpan<byte> pqKey = _pqKey;
            KeySchedule.MessageKeys(_seed, _state.Pq is null ? default : pqKey, keys);
            Span<byte> authenticated = rented.AsSpan(0, prefix + message.Authenticated.Length);
            WireKeys.Write(_state.Parties.RemoteIdentity, authenticated);
            WireKeys.Write(_state.Parties.LocalIdentity, authenticated[WireKeys.X25519Size..]);
            message.Authenticated.CopyTo(authenticated[prefix..]);
            HMACSHA256.HashData(keys[32..64], authenticated, mac);
            if (!CryptographicOperations.FixedTimeEquals(mac[..SignalMessage.MacSize], message.Mac) || !AddressesFit(message))
            {
                return false;
            }

            // The authenticated bytes are no longer needed: their room takes the plaintext.
            Span<byte> opened = rented.AsSpan(0, message.Ciphertext.Length);
            if (!AesCbc.TryDecrypt(keys[..32], keys[64..], message.Ciphertext, opened, out int size))
            {
                return false;
            }

            plaintext = opened[..size].ToArray();
            return true;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(keys);
            CryptographicOperations.ZeroMemory(rented.AsSpan(0, message.Ciphertext.Length));
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <summary>libsignal binds first messages between service ids to both addresses; other names never carry the field.</summary>
    private readonly bool AddressesFit(in SignalMessage message)
    {
        if (message.Addresses.IsEmpty)
        {
            return true;
        }

        Span<byte> expected = stackalloc byte[2 * RatchetAddress.ServiceIdSize];
        return _remote.TryWriteServiceId(expected) && _local.TryWriteServiceId(expected[RatchetAddress.ServiceIdSize..])
            && message.Addresses.SequenceEqual(expected);
    }
}
