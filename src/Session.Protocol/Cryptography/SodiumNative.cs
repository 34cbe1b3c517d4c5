using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

[assembly: DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]

namespace Session.Protocol.Cryptography;

/// <summary>
/// The raw functions of libsodium, the same native file that NSec loads. Nothing but this folder calls them.
/// The static constructor refuses a library that is older than the one the packages ship.
/// </summary>
[SuppressMessage("Security", "CA5393:Do not use unsafe DllImportSearchPath value", Justification = "Without AssemblyDirectory a NativeAOT program loads the system's library instead of the packaged one.")]
[SuppressMessage("Style", "IDE1006:Naming Styles", Justification = "The names are those of the native functions.")]
internal static partial class SodiumNative
{
    private const string Library = "libsodium";

    static SodiumNative() => RequireUsableLibrary();

    /// <summary>Oldest accepted library: 1.0.22 is what NSec 26.4 and this package ship.</summary>
    private static readonly Version MinimumVersion = new(1, 0, 22);

    // A program that lost the packaged file would run on the system's older library without a word.
    private static void RequireUsableLibrary()
    {
        string found = Marshal.PtrToStringUTF8(sodium_version_string()) ?? "unknown";
        if (!Version.TryParse(found, out Version? version) || version < MinimumVersion)
        {
            throw new PlatformNotSupportedException(
                $"libsodium {MinimumVersion} or later is needed, found {found}. Is the native file of the 'libsodium' package beside the program?");
        }

        if (sodium_init() < 0)
        {
            throw new PlatformNotSupportedException("libsodium could not be initialised.");
        }
    }

    [LibraryImport(Library)]
    private static partial int sodium_init();

    [LibraryImport(Library)]
    private static partial nint sodium_version_string();

    [LibraryImport(Library)]
    internal static partial void randombytes_buf(Span<byte> buffer, nuint size);

    [LibraryImport(Library)]
    internal static partial int crypto_sign_ed25519_seed_keypair(Span<byte> publicKey, Span<byte> secretKey, ReadOnlySpan<byte> seed);

    [LibraryImport(Library)]
    internal static partial int crypto_sign_ed25519_detached(Span<byte> signature, nint signatureLength, ReadOnlySpan<byte> message, ulong messageLength, ReadOnlySpan<byte> secretKey);

    [LibraryImport(Library)]
    internal static partial int crypto_sign_ed25519_verify_detached(ReadOnlySpan<byte> signature, ReadOnlySpan<byte> message, ulong messageLength, ReadOnlySpan<byte> publicKey);

    [LibraryImport(Library)]
    internal static partial int crypto_sign_ed25519_pk_to_curve25519(Span<byte> x25519, ReadOnlySpan<byte> ed25519);

    [LibraryImport(Library)]
    internal static partial int crypto_sign_ed25519_sk_to_curve25519(Span<byte> x25519, ReadOnlySpan<byte> ed25519);

    [LibraryImport(Library)]
    internal static partial int crypto_scalarmult_curve25519(Span<byte> shared, ReadOnlySpan<byte> secretKey, ReadOnlySpan<byte> publicKey);

    [LibraryImport(Library)]
    internal static partial int crypto_scalarmult_curve25519_base(Span<byte> publicKey, ReadOnlySpan<byte> secretKey);

    [LibraryImport(Library)]
    internal static partial int crypto_box_curve25519xsalsa20poly1305_beforenm(Span<byte> key, ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> secretKey);

    [LibraryImport(Library)]
    internal static partial int crypto_secretbox_easy(Span<byte> box, ReadOnlySpan<byte> message, ulong messageLength, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> key);

    [LibraryImport(Library)]
    internal static partial int crypto_secretbox_open_easy(Span<byte> message, ReadOnlySpan<byte> box, ulong boxLength, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> key);

    [LibraryImport(Library)]
    internal static partial int crypto_generichash_blake2b(Span<byte> hash, nuint hashLength, ReadOnlySpan<byte> message, ulong messageLength, ReadOnlySpan<byte> key, nuint keyLength);

    [LibraryImport(Library)]
    internal static partial int crypto_generichash_blake2b_salt_personal(Span<byte> hash, nuint hashLength, ReadOnlySpan<byte> message, ulong messageLength, ReadOnlySpan<byte> key, nuint keyLength, ReadOnlySpan<byte> salt, ReadOnlySpan<byte> personal);

    [LibraryImport(Library)]
    internal static partial int crypto_generichash_blake2b_init(Span<byte> state, ReadOnlySpan<byte> key, nuint keyLength, nuint hashLength);

    [LibraryImport(Library)]
    internal static partial int crypto_generichash_blake2b_update(Span<byte> state, ReadOnlySpan<byte> message, ulong messageLength);

    [LibraryImport(Library)]
    internal static partial int crypto_generichash_blake2b_final(Span<byte> state, Span<byte> hash, nuint hashLength);

    [LibraryImport(Library)]
    internal static partial int crypto_pwhash(Span<byte> key, ulong keyLength, ReadOnlySpan<byte> password, ulong passwordLength, ReadOnlySpan<byte> salt, ulong passes, nuint memory, int algorithm);

    [LibraryImport(Library)]
    internal static partial int crypto_secretstream_xchacha20poly1305_init_pull(Span<byte> state, ReadOnlySpan<byte> header, ReadOnlySpan<byte> key);

    [LibraryImport(Library)]
    internal static partial int crypto_secretstream_xchacha20poly1305_push(Span<byte> state, Span<byte> ciphertext, nint ciphertextLength, ReadOnlySpan<byte> message, ulong messageLength, ReadOnlySpan<byte> additional, ulong additionalLength, byte tag);

    [LibraryImport(Library)]
    internal static partial int crypto_secretstream_xchacha20poly1305_pull(Span<byte> state, Span<byte> message, nint messageLength, out byte tag, ReadOnlySpan<byte> ciphertext, ulong ciphertextLength, ReadOnlySpan<byte> additional, ulong additionalLength);

    [LibraryImport(Library)]
    internal static partial int crypto_aead_xchacha20poly1305_ietf_encrypt(Span<byte> ciphertext, nint ciphertextLength, ReadOnlySpan<byte> message, ulong messageLength, ReadOnlySpan<byte> additional, ulong additionalLength, nint unused, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> key);

    [LibraryImport(Library)]
    internal static partial int crypto_aead_xchacha20poly1305_ietf_decrypt(Span<byte> message, nint messageLength, nint unused, ReadOnlySpan<byte> ciphertext, ulong ciphertextLength, ReadOnlySpan<byte> additional, ulong additionalLength, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> key);

    [LibraryImport(Library)]
    internal static partial int crypto_core_hchacha20(Span<byte> key, ReadOnlySpan<byte> input16, ReadOnlySpan<byte> key32, nint defaultConstant);

    [LibraryImport(Library)]
    internal static partial int crypto_stream_chacha20_ietf_xor_ic(Span<byte> output, ReadOnlySpan<byte> input, ulong length, ReadOnlySpan<byte> nonce12, uint firstBlock, ReadOnlySpan<byte> key32);

    [LibraryImport(Library)]
    internal static partial int crypto_onetimeauth_poly1305_init(Span<byte> state, ReadOnlySpan<byte> key32);

    [LibraryImport(Library)]
    internal static partial int crypto_onetimeauth_poly1305_update(Span<byte> state, ReadOnlySpan<byte> message, ulong messageLength);

    [LibraryImport(Library)]
    internal static partial int crypto_onetimeauth_poly1305_final(Span<byte> state, Span<byte> tag16);

    [LibraryImport(Library)]
    internal static partial int crypto_aead_aes256gcm_is_available();

    [LibraryImport(Library)]
    internal static partial int crypto_aead_aes256gcm_encrypt(Span<byte> ciphertext, nint ciphertextLength, ReadOnlySpan<byte> message, ulong messageLength, ReadOnlySpan<byte> additional, ulong additionalLength, nint unused, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> key);

    [LibraryImport(Library)]
    internal static partial int crypto_aead_aes256gcm_decrypt(Span<byte> message, nint messageLength, nint unused, ReadOnlySpan<byte> ciphertext, ulong ciphertextLength, ReadOnlySpan<byte> additional, ulong additionalLength, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> key);

    [LibraryImport(Library)]
    internal static partial int crypto_auth_hmacsha256(Span<byte> mac, ReadOnlySpan<byte> message, ulong messageLength, ReadOnlySpan<byte> key32);

    [LibraryImport(Library)]
    internal static partial int crypto_auth_hmacsha256_init(Span<byte> state, ReadOnlySpan<byte> key, nuint keyLength);

    [LibraryImport(Library)]
    internal static partial int crypto_auth_hmacsha256_update(Span<byte> state, ReadOnlySpan<byte> message, ulong messageLength);

    [LibraryImport(Library)]
    internal static partial int crypto_auth_hmacsha256_final(Span<byte> state, Span<byte> mac);

    [LibraryImport(Library)]
    internal static partial int crypto_hash_sha3256(Span<byte> hash, ReadOnlySpan<byte> message, ulong messageLength);

    [LibraryImport(Library)]
    internal static partial int crypto_xof_shake256(Span<byte> output, nuint outputLength, ReadOnlySpan<byte> message, ulong messageLength);

    [LibraryImport(Library)]
    internal static partial int crypto_core_ed25519_is_valid_point(ReadOnlySpan<byte> point);

    [LibraryImport(Library)]
    internal static partial int crypto_core_ed25519_add(Span<byte> sum, ReadOnlySpan<byte> p, ReadOnlySpan<byte> q);

    [LibraryImport(Library)]
    internal static partial void crypto_core_ed25519_scalar_reduce(Span<byte> reduced, ReadOnlySpan<byte> scalar64);

    [LibraryImport(Library)]
    internal static partial void crypto_core_ed25519_scalar_mul(Span<byte> product, ReadOnlySpan<byte> x, ReadOnlySpan<byte> y);

    [LibraryImport(Library)]
    internal static partial void crypto_core_ed25519_scalar_add(Span<byte> sum, ReadOnlySpan<byte> x, ReadOnlySpan<byte> y);

    [LibraryImport(Library)]
    internal static partial void crypto_core_ed25519_scalar_negate(Span<byte> negated, ReadOnlySpan<byte> scalar);

    [LibraryImport(Library)]
    internal static partial int crypto_scalarmult_ed25519_noclamp(Span<byte> product, ReadOnlySpan<byte> scalar, ReadOnlySpan<byte> point);

    [LibraryImport(Library)]
    internal static partial int crypto_scalarmult_ed25519_base_noclamp(Span<byte> product, ReadOnlySpan<byte> scalar);
}
