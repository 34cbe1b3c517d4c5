using System.Runtime.InteropServices;

namespace Session.Protocol.Benchmarks.Floors;

/// <summary>
/// The primitives as the native library offers them, on the same file that the packages load. What they cost in sum is the
/// floor of an operation: no library can be faster on this machine.
/// </summary>
internal static partial class Sodium
{
    public const int KeySize = 32;
    public const int SignatureSize = 64;
    public const int TagSize = 16;
    public const int LongNonceSize = 24;
    public const int HmacStateSize = 208;

    private const string Library = "libsodium";

    /// <summary>Chooses the fastest code for this processor; 0, or 1 when that was done before.</summary>
    [LibraryImport(Library, EntryPoint = "sodium_init")]
    public static partial int Initialize();

    [LibraryImport(Library, EntryPoint = "randombytes_buf")]
    public static partial void Random(Span<byte> buffer, nuint size);

    [LibraryImport(Library, EntryPoint = "crypto_sign_ed25519_seed_keypair")]
    public static partial int SeedKeyPair(Span<byte> publicKey, Span<byte> secretKey, ReadOnlySpan<byte> seed);

    [LibraryImport(Library, EntryPoint = "crypto_sign_ed25519_sk_to_curve25519")]
    public static partial int SecretKeyToX25519(Span<byte> x25519, ReadOnlySpan<byte> ed25519);

    [LibraryImport(Library, EntryPoint = "crypto_sign_ed25519_pk_to_curve25519")]
    public static partial int PublicKeyToX25519(Span<byte> x25519, ReadOnlySpan<byte> ed25519);

    [LibraryImport(Library, EntryPoint = "crypto_sign_ed25519_detached")]
    public static partial int Sign(Span<byte> signature, nint signatureLength, ReadOnlySpan<byte> message, ulong messageLength, ReadOnlySpan<byte> secretKey);

    [LibraryImport(Library, EntryPoint = "crypto_sign_ed25519_verify_detached")]
    public static partial int Verify(ReadOnlySpan<byte> signature, ReadOnlySpan<byte> message, ulong messageLength, ReadOnlySpan<byte> publicKey);

    [LibraryImport(Library, EntryPoint = "crypto_scalarmult_curve25519")]
    public static partial int Agree(Span<byte> shared, ReadOnlySpan<byte> secretKey, ReadOnlySpan<byte> publicKey);

    [LibraryImport(Library, EntryPoint = "crypto_scalarmult_curve25519_base")]
    public static partial int X25519PublicKey(Span<byte> publicKey, ReadOnlySpan<byte> secretKey);

    [LibraryImport(Library, EntryPoint = "crypto_scalarmult_ed25519_base_noclamp")]
    public static partial int Ed25519BasePoint(Span<byte> product, ReadOnlySpan<byte> scalar);

    [LibraryImport(Library, EntryPoint = "crypto_core_ed25519_scalar_reduce")]
    public static partial void ScalarReduce(Span<byte> scalar, ReadOnlySpan<byte> wide);

    [LibraryImport(Library, EntryPoint = "crypto_core_ed25519_scalar_mul")]
    public static partial void ScalarMultiply(Span<byte> product, ReadOnlySpan<byte> x, ReadOnlySpan<byte> y);

    [LibraryImport(Library, EntryPoint = "crypto_core_ed25519_scalar_add")]
    public static partial void ScalarAdd(Span<byte> sum, ReadOnlySpan<byte> x, ReadOnlySpan<byte> y);

    [LibraryImport(Library, EntryPoint = "crypto_box_curve25519xsalsa20poly1305_beforenm")]
    public static partial int BoxKey(Span<byte> key, ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> secretKey);

    [LibraryImport(Library, EntryPoint = "crypto_secretbox_easy")]
    public static partial int SecretBox(Span<byte> box, ReadOnlySpan<byte> message, ulong messageLength, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> key);

    [LibraryImport(Library, EntryPoint = "crypto_secretbox_open_easy")]
    public static partial int SecretBoxOpen(Span<byte> message, ReadOnlySpan<byte> box, ulong boxLength, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> key);

    [LibraryImport(Library, EntryPoint = "crypto_generichash_blake2b")]
    public static partial int Blake2b(Span<byte> hash, nuint hashLength, ReadOnlySpan<byte> message, ulong messageLength, nint key, nuint keyLength);

    [LibraryImport(Library, EntryPoint = "crypto_aead_xchacha20poly1305_ietf_encrypt")]
    public static partial int XChaChaEncrypt(Span<byte> ciphertext, nint ciphertextLength, ReadOnlySpan<byte> message, ulong messageLength, nint additional, ulong additionalLength, nint unused, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> key);

    [LibraryImport(Library, EntryPoint = "crypto_aead_xchacha20poly1305_ietf_decrypt")]
    public static partial int XChaChaDecrypt(Span<byte> message, nint messageLength, nint unused, ReadOnlySpan<byte> ciphertext, ulong ciphertextLength, nint additional, ulong additionalLength, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> key);

    [LibraryImport(Library, EntryPoint = "crypto_auth_hmacsha256_init")]
    public static partial int HmacStart(Span<byte> state, ReadOnlySpan<byte> key, nuint keyLength);

    [LibraryImport(Library, EntryPoint = "crypto_auth_hmacsha256_update")]
    public static partial int HmacAdd(Span<byte> state, ReadOnlySpan<byte> bytes, ulong length);

    [LibraryImport(Library, EntryPoint = "crypto_auth_hmacsha256_final")]
    public static partial int HmacEnd(Span<byte> state, Span<byte> mac);

    [LibraryImport(Library, EntryPoint = "crypto_hash_sha3256")]
    public static partial int Sha3(Span<byte> hash, ReadOnlySpan<byte> message, ulong messageLength);

    [LibraryImport(Library, EntryPoint = "crypto_xof_shake256")]
    public static partial int Shake256(Span<byte> output, nuint outputLength, ReadOnlySpan<byte> message, ulong messageLength);

    [LibraryImport(Library, EntryPoint = "crypto_core_ed25519_is_valid_point")]
    public static partial int IsValidPoint(ReadOnlySpan<byte> point);

    [LibraryImport(Library, EntryPoint = "sodium_malloc")]
    public static partial nint GuardedAllocate(nuint size);

    [LibraryImport(Library, EntryPoint = "sodium_mprotect_readonly")]
    public static partial int GuardedReadOnly(nint memory);

    [LibraryImport(Library, EntryPoint = "sodium_free")]
    public static partial void GuardedFree(nint memory);
}
