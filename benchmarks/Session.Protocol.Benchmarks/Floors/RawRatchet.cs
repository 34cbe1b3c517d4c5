using System.Security.Cryptography;

namespace Session.Protocol.Benchmarks.Floors;

/// <summary>
/// The primitives of one ratchet message of 1 KiB, with nothing around them: chain step, message keys, AES-256-CBC, MAC; for a
/// Diffie-Hellman step two agreements, a key pair and two derivations more. AES and the long MAC are the framework's (OpenSSL).
/// </summary>
internal sealed class RawRatchet : IDisposable
{
    private const int PlaintextSize = 1024;

    // Two identity keys and the header before the ciphertext.
    private const int AuthenticatedSize = 66 + 44 + 1040;

    private readonly bool _hasPqChain;
    private readonly Aes _aes = Aes.Create();
    private readonly byte[] _plaintext = new byte[PlaintextSize + 16];
    private readonly byte[] _authenticated = new byte[AuthenticatedSize];
    private readonly byte[] _ciphertext = new byte[PlaintextSize + 16];
    private readonly byte[] _chainKey = new byte[Sodium.KeySize];
    private readonly byte[] _pqChainKey = new byte[Sodium.KeySize];
    private readonly byte[] _root = new byte[Sodium.KeySize];
    private readonly byte[] _secret = new byte[Sodium.KeySize];
    private readonly byte[] _theirs = new byte[Sodium.KeySize];

    public RawRatchet(bool hasPqChain = false)
    {
        _hasPqChain = hasPqChain;
        _secret[0] = 8;
        _ = Sodium.X25519PublicKey(_theirs, _secret);
    }

    public void Encrypt()
    {
        Span<byte> keys = stackalloc byte[80];
        Span<byte> mac = stackalloc byte[32];
        Keys(keys);
        _aes.SetKey(keys[..32]);
        _ = _aes.EncryptCbc(_plaintext.AsSpan(0, PlaintextSize), keys[64..], _ciphertext);
        HMACSHA256.HashData(keys[32..64], _authenticated, mac);
    }

    public void Decrypt()
    {
        Span<byte> keys = stackalloc byte[80];
        Span<byte> mac = stackalloc byte[32];
        Keys(keys);
        HMACSHA256.HashData(keys[32..64], _authenticated, mac);
        _aes.SetKey(keys[..32]);
        _ = _aes.DecryptCbc(_ciphertext, keys[64..], _plaintext, PaddingMode.None);
    }

    /// <summary>Both chains turn: an agreement with the old key, a new key pair, an agreement with the new one.</summary>
    public void Step()
    {
        HalfStep();
        Sodium.Random(_secret, Sodium.KeySize);
        _ = Sodium.X25519PublicKey(_theirs, _secret);
        HalfStep();
    }

    public void HalfStep()
    {
        Span<byte> shared = stackalloc byte[Sodium.KeySize];
        Span<byte> output = stackalloc byte[2 * Sodium.KeySize];
        _ = Sodium.Agree(shared, _secret, _theirs);
        RawHkdf.Derive(shared, _root, "WhisperRatchet"u8, output);
        output[..Sodium.KeySize].CopyTo(_root);
        output[Sodium.KeySize..].CopyTo(_chainKey);
    }

    public void Dispose() => _aes.Dispose();

    private void Keys(Span<byte> keys)
    {
        Span<byte> seed = stackalloc byte[Sodium.KeySize];
        Span<byte> pq = stackalloc byte[2 * Sodium.KeySize];
        RawHkdf.ChainStep(_chainKey, seed);
        if (_hasPqChain)
        {
            RawHkdf.Derive(_pqChainKey, default, "0000Signal PQ Ratchet V1 Chain Next"u8, pq);
            pq[..Sodium.KeySize].CopyTo(_pqChainKey);
        }

        RawHkdf.Derive(seed, _hasPqChain ? pq[Sodium.KeySize..] : default, "WhisperMessageKeys"u8, keys);
    }
}
