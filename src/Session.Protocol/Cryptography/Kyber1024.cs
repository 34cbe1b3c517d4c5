using System.Security.Cryptography;
using Org.BouncyCastle.Crypto.Generators;
using Org.BouncyCastle.Crypto.Kems;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Security;

namespace Session.Protocol.Cryptography;

/// <summary>
/// Round-3 Kyber1024, obtained from ML-KEM-1024: keys and ciphertexts are the same, the shared secret differs by one hash
/// (protocol/30 §2). The framework's ML-KEM where the platform has one, BouncyCastle's elsewhere; this is the only place
/// that chooses. With the framework's, key generation and encapsulation draw the platform's randomness.
/// </summary>
internal static class Kyber1024
{
    public const int PublicKeySize = 1568;
    public const int SecretKeySize = 3168;
    public const int CiphertextSize = 1568;
    public const int SharedSecretSize = 32;

    public static void KeyPair(IRandomSource random, Span<byte> publicKey, Span<byte> secretKey)
    {
        Error.RequireLength(publicKey.Length, PublicKeySize, nameof(publicKey));
        Error.RequireLength(secretKey.Length, SecretKeySize, nameof(secretKey));
        if (MLKem.IsSupported)
        {
            using MLKem key = MLKem.GenerateKey(MLKemAlgorithm.MLKem1024);
            key.ExportEncapsulationKey(publicKey);
            key.ExportDecapsulationKey(secretKey);
            return;
        }

        var generator = new MLKemKeyPairGenerator();
        generator.Init(new MLKemKeyGenerationParameters(new SourceRandom(random), MLKemParameters.ml_kem_1024));
        var secret = (MLKemPrivateKeyParameters)generator.GenerateKeyPair().Private;
        byte[] encoded = secret.GetEncoded();
        encoded.CopyTo(secretKey);
        CryptographicOperations.ZeroMemory(encoded);
        secret.GetPublicKey().GetEncoded().CopyTo(publicKey);
    }

    /// <summary>False when the public key is not a valid encoding.</summary>
    public static bool TryEncapsulate(ReadOnlySpan<byte> publicKey, IRandomSource random, Span<byte> ciphertext, Span<byte> shared)
    {
        Error.RequireLength(publicKey.Length, PublicKeySize, nameof(publicKey));
        Error.RequireLength(ciphertext.Length, CiphertextSize, nameof(ciphertext));
        Error.RequireLength(shared.Length, SharedSecretSize, nameof(shared));
        try
        {
            if (MLKem.IsSupported)
            {
                using MLKem key = MLKem.ImportEncapsulationKey(MLKemAlgorithm.MLKem1024, publicKey);
                key.Encapsulate(ciphertext, shared);
            }
            else
            {
                var encapsulator = new MLKemEncapsulator(MLKemParameters.ml_kem_1024);
                encapsulator.Init(new ParametersWithRandom(
                    MLKemPublicKeyParameters.FromEncoding(MLKemParameters.ml_kem_1024, publicKey.ToArray()), new SourceRandom(random)));
                encapsulator.Encapsulate(ciphertext, shared);
            }
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            // The peer's key is no ML-KEM key: both implementations say so by an exception.
            shared.Clear();
            return false;
        }

        ToRoundThree(ciphertext, shared);
        return true;
    }

    /// <summary>
    /// Always gives a secret: for a ciphertext that was not made for this key a useless one, as the algorithm wants it.
    /// False only when the secret key is not a valid encoding.
    /// </summary>
    public static bool TryDecapsulate(ReadOnlySpan<byte> secretKey, ReadOnlySpan<byte> ciphertext, Span<byte> shared)
    {
        Error.RequireLength(secretKey.Length, SecretKeySize, nameof(secretKey));
        Error.RequireLength(ciphertext.Length, CiphertextSize, nameof(ciphertext));
        Error.RequireLength(shared.Length, SharedSecretSize, nameof(shared));
        byte[] encoded = secretKey.ToArray();
        try
        {
            if (MLKem.IsSupported)
            {
                using MLKem key = MLKem.ImportDecapsulationKey(MLKemAlgorithm.MLKem1024, encoded);
                key.Decapsulate(ciphertext, shared);
            }
            else
            {
                var decapsulator = new MLKemDecapsulator(MLKemParameters.ml_kem_1024);
                decapsulator.Init(MLKemPrivateKeyParameters.FromEncoding(MLKemParameters.ml_kem_1024, encoded));
                decapsulator.Decapsulate(ciphertext, shared);
            }
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            shared.Clear();
            return false;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(encoded);
        }

        ToRoundThree(ciphertext, shared);
        return true;
    }

    // Round 3 hashes once more: SHAKE256(secret || SHA3-256(ciphertext)).
    private static void ToRoundThree(ReadOnlySpan<byte> ciphertext, Span<byte> shared)
    {
        Span<byte> input = stackalloc byte[SharedSecretSize + 32];
        shared.CopyTo(input);
        _ = SodiumNative.crypto_hash_sha3256(input[SharedSecretSize..], ciphertext, (ulong)ciphertext.Length);
        _ = SodiumNative.crypto_xof_shake256(shared, (nuint)shared.Length, input, (ulong)input.Length);
        CryptographicOperations.ZeroMemory(input);
    }

    private sealed class SourceRandom(IRandomSource source) : SecureRandom(generator: null)
    {
        public override void NextBytes(byte[] buf) => source.Fill(buf);

        public override void NextBytes(byte[] buf, int off, int len) => source.Fill(buf.AsSpan(off, len));

        public override void NextBytes(Span<byte> buffer) => source.Fill(buffer);
    }
}
