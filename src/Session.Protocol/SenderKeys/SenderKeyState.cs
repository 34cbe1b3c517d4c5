using System.Security.Cryptography;
using Session.Protocol.Accounts;
using Session.Protocol.Cryptography;
using Session.Protocol.Ratchet.Sessions;

namespace Session.Protocol.SenderKeys;

/// <summary>One chain of an author and the key that signs in it. Only the author's own copy has the secret half.</summary>
internal sealed class SenderKeyState : IDisposable
{
    private const int IvSize = 16;
    private const int FixedSize = 1 + (2 * sizeof(uint)) + KeySchedule.KeySize + X25519PublicKey.Size;

    private readonly SecretBytes _chainKey;
    private readonly SecretBytes? _signingSecret;
    private readonly SkippedKeys _skipped;

    // The author's Edwards point has the sign of its secret; a reader's has none, each signature brings it. Making one
    // costs as much as the rest of a message, so it is made once.
    private readonly byte[] _point = new byte[Edwards25519.PointSize];
    private bool _hasPoint;

    public SenderKeyState(uint chainId, uint iteration, ReadOnlySpan<byte> chainKey, X25519PublicKey signingKey, ReadOnlySpan<byte> signingSecret = default, SkippedKeys? skipped = null)
    {
        ChainId = chainId;
        Iteration = iteration;
        SigningKey = signingKey;
        _chainKey = new SecretBytes(chainKey);
        _signingSecret = signingSecret.IsEmpty ? null : new SecretBytes(signingSecret);
        _skipped = skipped ?? new SkippedKeys();
    }

    public uint ChainId { get; }

    /// <summary>Number of the next message.</summary>
    public uint Iteration { get; private set; }

    public X25519PublicKey SigningKey { get; }

    public bool IsOwn => _signingSecret is not null;

    public int SkippedCount => _skipped.Count;

    public int SerializedSize => FixedSize + (_signingSecret?.Size ?? 0) + _skipped.SerializedSize;

    internal ReadOnlySpan<byte> ChainKey => _chainKey.Span;

    internal ReadOnlySpan<byte> SigningSecret => _signingSecret is null ? default : _signingSecret.Span;

    internal SkippedKeys Skipped => _skipped;

    /// <summary>A new chain at its start, with a key pair of its own.</summary>
    public static SenderKeyState Create(IRandomSource random)
    {
        // One draw for all: chain id 4, chain key 32, signing secret 32.
        Span<byte> drawn = stackalloc byte[sizeof(uint) + KeySchedule.KeySize + X25519.KeySize];
        try
        {
            random.Fill(drawn);
            uint chainId = BitConverter.ToUInt32(drawn) >> 1;
            ReadOnlySpan<byte> chainKey = drawn.Slice(sizeof(uint), KeySchedule.KeySize);
            Span<byte> secret = drawn[(sizeof(uint) + KeySchedule.KeySize)..];
            KeyPairs.Clamp(secret);
            return new SenderKeyState(chainId, 0, chainKey, KeyPairs.PublicKey(secret), secret);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(drawn);
        }
    }

    public byte[] Distribution(Guid distributionId) => DistributionMessage.Build(distributionId, ChainId, Iteration, ChainKey, SigningKey);

    /// <summary>Size of the next message.</summary>
    public int MessageSize(int plaintextSize) => GroupMessage.SizeOf(ChainId, Iteration, AesCbc.CiphertextSize(plaintextSize));

    /// <summary>Writes and signs the next message, of <see cref="MessageSize"/>. The caller has checked that this is an own chain and not at its end.</summary>
    public void Encrypt(Guid distributionId, ReadOnlySpan<byte> plaintext, Span<byte> message, IRandomSource random)
    {
        Span<byte> nextKey = stackalloc byte[KeySchedule.KeySize];
        Span<byte> seed = stackalloc byte[KeySchedule.KeySize];
        Span<byte> keys = stackalloc byte[IvSize + AesCbc.KeySize];
        Span<byte> nonce = stackalloc byte[XEdDSA.RandomSize];
        try
        {
            random.Fill(nonce);
            ChainKey.CopyTo(nextKey);
            KeySchedule.ChainStep(nextKey, seed);
            MessageKeys(seed, keys);
            Span<byte> ciphertext = GroupMessage.Write(message, distributionId, ChainId, Iteration, AesCbc.CiphertextSize(plaintext.Length));
            AesCbc.Encrypt(keys[IvSize..], keys[..IvSize], plaintext, ciphertext);
            XEdDSA.Sign(SigningSecret, Point(), message[..^XEdDSA.SignatureSize], nonce, message[^XEdDSA.SignatureSize..]);
            nextKey.CopyTo(_chainKey.Span);
            Iteration++;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(nextKey);
            CryptographicOperations.ZeroMemory(seed);
            CryptographicOperations.ZeroMemory(keys);
            CryptographicOperations.ZeroMemory(nonce);
        }
    }

    /// <summary>
    /// Opens a message of this chain into the room of its ciphertext. Everything is worked out beside the state, which is written
    /// to last and only on success.
    /// </summary>
    public SenderKeyStatus Decrypt(in GroupMessage message, Span<byte> plaintext, out int size)
    {
        size = 0;
        ReadOnlySpan<byte> point = Point();
        if (!XEdDSA.VerifyWithPoint(point, message.Signed, message.Signature))
        {
            return SenderKeyStatus.BadSignature;
        }

        Span<byte> nextKey = stackalloc byte[KeySchedule.KeySize];
        Span<byte> seed = stackalloc byte[KeySchedule.KeySize];
        SkippedJump jump = default;
        try
        {
            bool isLate = message.Iteration < Iteration;
            if (isLate && !_skipped.TryFind(message.Iteration, seed))
            {
                return SenderKeyStatus.Duplicate;
            }

            if (!isLate)
            {
                if (message.Iteration - Iteration > SenderKeyLimits.MaxForwardJump)
                {
                    return SenderKeyStatus.TooFarAhead;
                }

                // Behind the last number the chain could not count on.
                if (message.Iteration == uint.MaxValue)
                {
                    return SenderKeyStatus.Invalid;
                }

                jump = new SkippedJump(Iteration, message.Iteration);
                Walk(message.Iteration, jump, nextKey, seed);
            }

            if (!TryOpen(seed, message.Ciphertext, plaintext, out size))
            {
                return SenderKeyStatus.Invalid;
            }

            if (isLate)
            {
                _skipped.Remove(message.Iteration);
            }
            else
            {
                _skipped.Append(jump);
                nextKey.CopyTo(_chainKey.Span);
                Iteration = message.Iteration + 1;
            }

            return SenderKeyStatus.Ok;
        }
        finally
        {
            jump.Dispose();
            CryptographicOperations.ZeroMemory(nextKey);
            CryptographicOperations.ZeroMemory(seed);
        }
    }

    public void Dispose()
    {
        _chainKey.Dispose();
        _signingSecret?.Dispose();
        _skipped.Dispose();
    }

    public void Write(ref StateWriter writer)
    {
        writer.Byte(IsOwn ? (byte)1 : (byte)0);
        writer.UInt32(ChainId);
        writer.UInt32(Iteration);
        writer.Bytes(ChainKey);
        writer.Key(SigningKey);
        writer.Bytes(SigningSecret);
        _skipped.Write(ref writer);
    }

    /// <summary>Null when the bytes are anything else than what <see cref="Write"/> wrote.</summary>
    public static SenderKeyState? Read(ref StateReader reader)
    {
        byte isOwn = reader.Byte();
        uint chainId = reader.UInt32();
        uint iteration = reader.UInt32();
        ReadOnlySpan<byte> chainKey = reader.Bytes(KeySchedule.KeySize);
        X25519PublicKey signingKey = reader.Key();
        ReadOnlySpan<byte> secret = reader.Bytes(isOwn == 1 ? X25519.KeySize : 0);
        if (isOwn > 1 || SkippedKeys.Read(ref reader) is not { } skipped)
        {
            return null;
        }

        // What was skipped lies behind, and a secret signs for no other key than its own.
        bool fits = !(skipped.Last >= iteration) && (isOwn == 0 || KeyPairs.IsPair(secret, signingKey));
        if (!fits)
        {
            skipped.Dispose();
            return null;
        }

        return new SenderKeyState(chainId, iteration, chainKey, signingKey, secret, skipped);
    }

    // Walks a copy of the chain up to a message: its seed, the key behind it, and the seeds passed on the way.
    private void Walk(uint to, in SkippedJump jump, Span<byte> nextKey, Span<byte> seed)
    {
        ChainKey.CopyTo(nextKey);
        for (uint i = Iteration; i < to; i++)
        {
            KeySchedule.ChainStep(nextKey, seed);
            jump.Hold(i, seed);
        }

        KeySchedule.ChainStep(nextKey, seed);
    }

    private ReadOnlySpan<byte> Point()
    {
        if (_hasPoint)
        {
            return _point;
        }

        if (_signingSecret is null)
        {
            Edwards25519.FromMontgomery(SigningKey.AsSpan(), negative: false, _point);
        }
        else
        {
            XEdDSA.PublicPoint(SigningSecret, _point);
        }

        _hasPoint = true;
        return _point;
    }

    private static bool TryOpen(ReadOnlySpan<byte> seed, ReadOnlySpan<byte> ciphertext, Span<byte> plaintext, out int size)
    {
        Span<byte> keys = stackalloc byte[IvSize + AesCbc.KeySize];
        try
        {
            MessageKeys(seed, keys);
            return AesCbc.TryDecrypt(keys[IvSize..], keys[..IvSize], ciphertext, plaintext, out size);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(keys);
        }
    }

    // IV first, then the cipher key: the other way round than between two devices.
    private static void MessageKeys(ReadOnlySpan<byte> seed, Span<byte> keys) => HkdfSha256.DeriveKey(seed, default, "WhisperGroup"u8, keys);
}
