using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using NSec.Cryptography;
using Session.Protocol.Cryptography;
using Session.Protocol.Mnemonics;
using Ed25519 = Session.Protocol.Cryptography.Ed25519;
using X25519 = Session.Protocol.Cryptography.X25519;

namespace Session.Protocol.Accounts;

/// <summary>
/// The secret half of an account: an Ed25519 key that signs, and its X25519 form that receives (protocol/10 §1).
/// Both live in guarded memory until <see cref="Dispose"/>; public values stay readable afterwards.
/// Safe for concurrent use, except that <see cref="Dispose"/> must come last.
/// </summary>
[DebuggerDisplay("{AccountId}")]
public sealed class SessionIdentity : IDisposable
{
    /// <summary>Size in bytes of the seed of a 13-word account.</summary>
    public const int ShortSeedSize = 16;

    /// <summary>Size in bytes of a full Ed25519 seed.</summary>
    public const int SeedSize = 32;

    private readonly Key _signing;
    private readonly Key _agreement;
    private int _exports;

    private SessionIdentity(ReadOnlySpan<byte> seed32, SecretExport export)
    {
        Export = export;
        var policy = new KeyCreationParameters { ExportPolicy = KeyExportPolicies.AllowPlaintextExport };
        Span<byte> secret = stackalloc byte[X25519.KeySize];
        try
        {
            _signing = Key.Import(SignatureAlgorithm.Ed25519, seed32, KeyBlobFormat.RawPrivateKey, policy);
            Ed25519.SecretKeyToX25519(seed32, secret);
            _agreement = Key.Import(KeyAgreementAlgorithm.X25519, secret, KeyBlobFormat.RawPrivateKey, policy);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }

        SigningKey = new Ed25519PublicKey(_signing.PublicKey.Export(KeyBlobFormat.RawPublicKey));
        EncryptionKey = new X25519PublicKey(_agreement.PublicKey.Export(KeyBlobFormat.RawPublicKey));
        AccountId = AccountId.FromX25519(EncryptionKey);
    }

    /// <summary>The public name of the account, <c>05…</c>.</summary>
    public AccountId AccountId { get; }

    /// <summary>The key that others check this account's signatures with.</summary>
    public Ed25519PublicKey SigningKey { get; }

    /// <summary>The key that others encrypt to; the bytes of <see cref="AccountId"/> behind its prefix.</summary>
    public X25519PublicKey EncryptionKey { get; }

    /// <summary>What was allowed when the identity was made.</summary>
    public SecretExport Export { get; }

    /// <summary>A new account with a random 16-byte seed, which 13 words can express.</summary>
    /// <param name="export">Whether the seed may be read; <see cref="SecretExport.Once"/> lets the owner see the phrase.</param>
    /// <param name="random">Where the seed comes from; the system's random numbers by default.</param>
    /// <returns>The identity; the caller disposes it.</returns>
    public static SessionIdentity Create(SecretExport export = SecretExport.Once, IRandomSource? random = null)
    {
        Span<byte> seed = stackalloc byte[ShortSeedSize];
        try
        {
            (random ?? RandomSource.System).Fill(seed);
            return FromSeed(seed, export);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(seed);
        }
    }

    /// <summary>The account of a seed.</summary>
    /// <param name="seed">16 bytes (then padded with 16 zero bytes, as clients do) or 32 bytes.</param>
    /// <param name="export">Whether the seed may be read again.</param>
    /// <returns>The identity; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">Neither 16 nor 32 bytes.</exception>
    public static SessionIdentity FromSeed(ReadOnlySpan<byte> seed, SecretExport export = SecretExport.Forbidden)
    {
        if (seed.Length is not (ShortSeedSize or SeedSize))
        {
            throw new ArgumentException($"Expected 16 or 32 bytes, got {seed.Length}.", nameof(seed));
        }

        Span<byte> seed32 = stackalloc byte[SeedSize];
        try
        {
            seed32.Clear();
            seed.CopyTo(seed32);
            return new SessionIdentity(seed32, export);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(seed32);
        }
    }

    /// <summary>The account of a recovery phrase that is known to be good.</summary>
    /// <param name="phrase">The words.</param>
    /// <param name="export">Whether the seed or phrase may be read again.</param>
    /// <param name="options">Exactly 13 English words by default.</param>
    /// <returns>The identity; the caller disposes it.</returns>
    /// <exception cref="RecoveryPhraseException">The text is no phrase.</exception>
    public static SessionIdentity FromPhrase(
        ReadOnlySpan<char> phrase, SecretExport export = SecretExport.Forbidden, RecoveryPhraseOptions? options = null) =>
        TryFromPhrase(phrase, out SessionIdentity? identity, out RecoveryPhraseFailure failure, export, options)
            ? identity
            : throw new RecoveryPhraseException(failure);

    /// <summary>The account of a recovery phrase that somebody typed.</summary>
    /// <param name="phrase">Any text.</param>
    /// <param name="identity">The identity, which the caller disposes, or null.</param>
    /// <param name="failure">What is wrong with the text.</param>
    /// <param name="export">Whether the seed or phrase may be read again.</param>
    /// <param name="options">Exactly 13 English words by default.</param>
    /// <returns>False when the text is no phrase.</returns>
    public static bool TryFromPhrase(
        ReadOnlySpan<char> phrase,
        [NotNullWhen(true)] out SessionIdentity? identity,
        out RecoveryPhraseFailure failure,
        SecretExport export = SecretExport.Forbidden,
        RecoveryPhraseOptions? options = null)
    {
        Span<byte> seed = stackalloc byte[SeedSize];
        try
        {
            bool ok = RecoveryPhrase.TryDecode(phrase, seed, out failure, options);
            identity = ok ? new SessionIdentity(seed, export) : null;
            return ok;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(seed);
        }
    }

    /// <summary>Signs with the account's Ed25519 key.</summary>
    /// <param name="message">The bytes to sign.</param>
    /// <param name="signature">Receives 64 bytes.</param>
    /// <exception cref="ArgumentException">The signature span is not 64 bytes.</exception>
    /// <exception cref="ObjectDisposedException">The identity was disposed.</exception>
    public void Sign(ReadOnlySpan<byte> message, Span<byte> signature)
    {
        Error.RequireLength(signature.Length, Ed25519.SignatureSize, nameof(signature));
        SignatureAlgorithm.Ed25519.Sign(_signing, message, signature);
    }

    /// <summary>Copies the 32-byte seed out. For a 13-word account the last 16 bytes are zero.</summary>
    /// <param name="seed">Receives 32 bytes; the caller zeroes them.</param>
    /// <exception cref="InvalidOperationException">Export was not allowed, or was allowed once and has happened.</exception>
    /// <exception cref="ObjectDisposedException">The identity was disposed.</exception>
    public void ExportSeed(Span<byte> seed)
    {
        Error.RequireLength(seed.Length, SeedSize, nameof(seed));
        TakeExport();
        CopySeed(seed);
    }

    /// <summary>
    /// The recovery phrase, to show it to the account's owner; counts as an export like <see cref="ExportSeed"/>. The
    /// string stays in memory until it is collected.
    /// </summary>
    /// <param name="options">13 English words by default. With <see cref="RecoveryPhraseOptions.AllowLongPhrase"/> a seed that 13 words cannot express gives 25.</param>
    /// <returns>Lower-case words with one space between them.</returns>
    /// <exception cref="InvalidOperationException">Export was not allowed, or was allowed once and has happened; or 13 words cannot express the seed, which does not use up the export.</exception>
    /// <exception cref="ObjectDisposedException">The identity was disposed.</exception>
    public string ExportPhrase(RecoveryPhraseOptions? options = null)
    {
        options ??= RecoveryPhraseOptions.Default;
        Span<byte> seed = stackalloc byte[SeedSize];
        try
        {
            CopySeed(seed);
            bool isShort = !seed[ShortSeedSize..].ContainsAnyExcept((byte)0);
            if (!isShort && !options.AllowLongPhrase)
            {
                throw new InvalidOperationException("13 words cannot express this account's 32-byte seed; RecoveryPhraseOptions.AllowLongPhrase gives 25 words.");
            }

            TakeExport();
            return RecoveryPhrase.Encode(isShort ? seed[..ShortSeedSize] : seed, options.Language);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(seed);
        }
    }

    /// <summary>Zeroes and frees the secret keys.</summary>
    public void Dispose()
    {
        _signing.Dispose();
        _agreement.Dispose();
    }

    /// <summary>The account id: never a secret.</summary>
    /// <returns>66 hexadecimal digits.</returns>
    public override string ToString() => AccountId.ToString();

    /// <summary>Copies the 32-byte seed for another step of the protocol; the caller zeroes it.</summary>
    internal void CopySeed(Span<byte> seed)
    {
        if (!_signing.TryExport(KeyBlobFormat.RawPrivateKey, seed, out _))
        {
            throw new ArgumentException("Expected 32 bytes.", nameof(seed));
        }
    }

    /// <summary>Copies the clamped X25519 secret out of guarded memory for one agreement; the caller zeroes it.</summary>
    internal void CopyEncryptionSecret(Span<byte> secret)
    {
        if (!_agreement.TryExport(KeyBlobFormat.RawPrivateKey, secret, out _))
        {
            throw new ArgumentException("Expected 32 bytes.", nameof(secret));
        }
    }

    /// <summary>Counts an export of seed or phrase against what was allowed.</summary>
    private void TakeExport()
    {
        bool allowed = Export switch
        {
            SecretExport.Allowed => true,
            SecretExport.Once => Interlocked.Exchange(ref _exports, 1) == 0,
            _ => false,
        };
        if (!allowed)
        {
            throw new InvalidOperationException(Export == SecretExport.Once
                ? "The secret of this identity was already exported once."
                : "This identity was made without the right to export its secret (SecretExport.Forbidden).");
        }
    }
}
