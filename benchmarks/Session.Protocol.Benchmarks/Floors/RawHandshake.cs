using System.Security.Cryptography;
using Org.BouncyCastle.Crypto.Kems;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Math.EC.Rfc7748;
using Org.BouncyCastle.Security;

namespace Session.Protocol.Benchmarks.Floors;

/// <summary>
/// The primitives of X3DH and PQXDH with a one-time pre-key, with nothing around them. The KEM is the framework's where the
/// platform has ML-KEM, BouncyCastle's elsewhere, as in the library.
/// </summary>
internal sealed class RawHandshake
{
    private const int CiphertextSize = 1568;

    private readonly bool _isHybrid;
    private readonly RawRatchet _ratchet = new();
    private readonly RawAccount _signer = new(3);
    private readonly byte[] _signedKey = new byte[33];
    private readonly byte[] _signedKem = new byte[CiphertextSize + 1];
    private readonly byte[] _keySignature = new byte[Sodium.SignatureSize];
    private readonly byte[] _kemSignature = new byte[Sodium.SignatureSize];
    private readonly byte[] _secret = new byte[Sodium.KeySize];
    private readonly byte[] _public = new byte[Sodium.KeySize];
    private readonly MLKem? _native;
    private readonly byte[] _kemSecret;
    private readonly byte[] _kemPublic;
    private readonly byte[] _kemCiphertext = new byte[CiphertextSize];

    public RawHandshake(bool isHybrid)
    {
        _isHybrid = isHybrid;
        _secret[0] = 8;
        _ = Sodium.X25519PublicKey(_public, _secret);
        _ = Sodium.Sign(_keySignature, 0, _signedKey, (ulong)_signedKey.Length, _signer.SigningSecret);
        _ = Sodium.Sign(_kemSignature, 0, _signedKem, (ulong)_signedKem.Length, _signer.SigningSecret);
        var made = MLKemPrivateKeyParameters.FromSeed(MLKemParameters.ml_kem_1024, new byte[64]);
        _kemSecret = made.GetEncoded();
        _kemPublic = made.GetPublicKey().GetEncoded();
        _native = MLKem.IsSupported ? MLKem.ImportDecapsulationKey(MLKemAlgorithm.MLKem1024, _kemSecret) : null;
    }

    /// <summary>Signatures of the bundle, two key pairs, four agreements, the KEM, one derivation; then the first ratchet step.</summary>
    public void Initiate()
    {
        Verify(_signedKey, _keySignature);
        Sodium.Random(_secret, Sodium.KeySize);
        _ = Sodium.X25519PublicKey(_public, _secret);
        Sodium.Random(_secret, Sodium.KeySize);
        _ = Sodium.X25519PublicKey(_public, _secret);
        if (_isHybrid)
        {
            Verify(_signedKem, _kemSignature);
            Encapsulate();
        }

        Agree();
        _ratchet.HalfStep();
    }

    /// <summary>The check of the base key, four agreements, the KEM, one derivation; then a ratchet step and the first message.</summary>
    public void Accept()
    {
        ToEdwards();
        _ = Sodium.IsValidPoint(_signer.SigningKey);
        if (_isHybrid)
        {
            Decapsulate();
        }

        Agree();
        _ratchet.Step();
        _ratchet.Decrypt();
    }

    private void Agree()
    {
        Span<byte> input = stackalloc byte[6 * Sodium.KeySize];
        Span<byte> output = stackalloc byte[3 * Sodium.KeySize];
        for (int i = 1; i <= 4; i++)
        {
            _ = Sodium.Agree(input[(i * Sodium.KeySize)..], _secret, _public);
        }

        int keys = _isHybrid ? 3 : 2;
        RawHkdf.Derive(input[..((keys + 3) * Sodium.KeySize)], default, _isHybrid ? "WhisperText_X25519_SHA-256_CRYSTALS-KYBER-1024"u8 : "WhisperText"u8, output[..(keys * Sodium.KeySize)]);
    }

    // XEdDSA is Ed25519 behind a change of form.
    private void Verify(byte[] message, byte[] signature)
    {
        ToEdwards();
        if (Sodium.Verify(signature, message, (ulong)message.Length, _signer.SigningKey) != 0)
        {
            throw new InvalidOperationException("The raw signature does not verify.");
        }
    }

    /// <summary>One inversion in the field, which libsodium does not offer alone.</summary>
    private void ToEdwards()
    {
        int[] x = X25519Field.Create();
        X25519Field.Decode255(_public, x);
        X25519Field.Inv(x, x);
    }

    private void Encapsulate()
    {
        Span<byte> shared = stackalloc byte[Sodium.KeySize];
        if (_native is not null)
        {
            using MLKem key = MLKem.ImportEncapsulationKey(MLKemAlgorithm.MLKem1024, _kemPublic);
            key.Encapsulate(_kemCiphertext, shared);
        }
        else
        {
            var encapsulator = new MLKemEncapsulator(MLKemParameters.ml_kem_1024);
            encapsulator.Init(new ParametersWithRandom(MLKemPublicKeyParameters.FromEncoding(MLKemParameters.ml_kem_1024, _kemPublic), RandomNumbers.Instance));
            encapsulator.Encapsulate(_kemCiphertext, shared);
        }

        RoundThree(shared);
    }

    private void Decapsulate()
    {
        Span<byte> shared = stackalloc byte[Sodium.KeySize];
        if (_native is not null)
        {
            using MLKem key = MLKem.ImportDecapsulationKey(MLKemAlgorithm.MLKem1024, _kemSecret);
            key.Decapsulate(_kemCiphertext, shared);
        }
        else
        {
            var decapsulator = new MLKemDecapsulator(MLKemParameters.ml_kem_1024);
            decapsulator.Init(MLKemPrivateKeyParameters.FromEncoding(MLKemParameters.ml_kem_1024, _kemSecret));
            decapsulator.Decapsulate(_kemCiphertext, shared);
        }

        RoundThree(shared);
    }

    private void RoundThree(Span<byte> shared)
    {
        Span<byte> input = stackalloc byte[2 * Sodium.KeySize];
        _ = Sodium.Sha3(input, _kemCiphertext, CiphertextSize);
        _ = Sodium.Shake256(shared, Sodium.KeySize, input, (ulong)input.Length);
    }

    private sealed class RandomNumbers() : SecureRandom(generator: null)
    {
        public static readonly RandomNumbers Instance = new();

        public override void NextBytes(byte[] buf) => Sodium.Random(buf, (nuint)buf.Length);

        public override void NextBytes(byte[] buf, int off, int len) => NextBytes(buf.AsSpan(off, len));

        public override void NextBytes(Span<byte> buffer) => Sodium.Random(buffer, (nuint)buffer.Length);
    }
}
