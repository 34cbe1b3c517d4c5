using System.Security.Cryptography;

namespace Session.Protocol.Benchmarks.Floors;

/// <summary>
/// The primitives of one group message of 1 KiB, with nothing around them: chain step, message keys, AES-256-CBC, and the
/// signature. AES and SHA-512 are the framework's (OpenSSL), the curve is libsodium's; the points of the keys are known.
/// </summary>
internal sealed class RawSenderKey : IDisposable
{
    private const int PlaintextSize = 1024;
    private const int RandomSize = 64;

    // Version byte and protobuf: 18 bytes of id, 6 of chain id, 2 or 3 of number, 3 before the ciphertext.
    private const int SignedSize = 1 + 18 + 6 + 3 + 3 + PlaintextSize + 16;

    private readonly Aes _aes = Aes.Create();
    private readonly RawAccount _signer = new(3);
    private readonly byte[] _plaintext = new byte[PlaintextSize + 16];
    private readonly byte[] _ciphertext = new byte[PlaintextSize + 16];
    private readonly byte[] _chainKey = new byte[Sodium.KeySize];
    private readonly byte[] _secret = new byte[Sodium.KeySize];
    private readonly byte[] _nonceInput = new byte[(2 * Sodium.KeySize) + SignedSize + RandomSize];
    private readonly byte[] _challengeInput = new byte[(2 * Sodium.KeySize) + SignedSize];
    private readonly byte[] _signed = new byte[SignedSize];
    private readonly byte[] _signature = new byte[Sodium.SignatureSize];

    public RawSenderKey()
    {
        _secret[0] = 8;
        _ = Sodium.Sign(_signature, 0, _signed, SignedSize, _signer.SigningSecret);
    }

    public void Encrypt()
    {
        Span<byte> keys = stackalloc byte[48];
        Keys(keys);
        _aes.SetKey(keys[16..]);
        _ = _aes.EncryptCbc(_plaintext.AsSpan(0, PlaintextSize), keys[..16], _ciphertext);
        Sign();
    }

    public void Decrypt()
    {
        Span<byte> keys = stackalloc byte[48];
        if (Sodium.Verify(_signature, _signed, SignedSize, _signer.SigningKey) != 0)
        {
            throw new InvalidOperationException("The raw signature does not verify.");
        }

        Keys(keys);
        _aes.SetKey(keys[16..]);
        _ = _aes.DecryptCbc(_ciphertext, keys[..16], _plaintext, PaddingMode.None);
    }

    public void Dispose() => _aes.Dispose();

    private void Keys(Span<byte> keys)
    {
        Span<byte> seed = stackalloc byte[Sodium.KeySize];
        RawHkdf.ChainStep(_chainKey, seed);
        RawHkdf.Derive(seed, default, "WhisperGroup"u8, keys);
    }

    // XEdDSA: random bytes, two hashes over the message, one base point, arithmetic of scalars.
    private void Sign()
    {
        Span<byte> wide = stackalloc byte[64];
        Span<byte> r = stackalloc byte[Sodium.KeySize];
        Span<byte> h = stackalloc byte[Sodium.KeySize];
        Sodium.Random(_nonceInput.AsSpan(_nonceInput.Length - RandomSize), RandomSize);
        SHA512.HashData(_nonceInput, wide);
        Sodium.ScalarReduce(r, wide);
        _ = Sodium.Ed25519BasePoint(_challengeInput, r);
        SHA512.HashData(_challengeInput, wide);
        Sodium.ScalarReduce(h, wide);
        Sodium.ScalarMultiply(h, h, _secret);
        Sodium.ScalarAdd(h, h, r);
    }
}
