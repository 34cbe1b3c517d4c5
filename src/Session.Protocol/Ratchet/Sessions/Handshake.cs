using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Session.Protocol.Accounts;
using Session.Protocol.Cryptography;
using Session.Protocol.Ratchet.PreKeys;

namespace Session.Protocol.Ratchet.Sessions;

/// <summary>X3DH and PQXDH, both roles (protocol/30 §3).</summary>
internal static class Handshake
{
    private const int DiscontinuitySize = 32;

    // Discontinuity bytes, up to four agreements, one KEM secret.
    private const int MaxInputSize = DiscontinuitySize + (4 * X25519.KeySize) + Kyber1024.SharedSecretSize;

    private const int X3dhOutputSize = 2 * KeySchedule.KeySize;
    private const int PqxdhOutputSize = 3 * KeySchedule.KeySize;

    private static ReadOnlySpan<byte> X3dhLabel => "WhisperText"u8;

    private static ReadOnlySpan<byte> PqxdhLabel => "WhisperText_X25519_SHA-256_CRYSTALS-KYBER-1024"u8;

    /// <summary>Starts a session from a verified bundle. False when a key of the bundle is unusable.</summary>
    public static bool TryInitiate(
        RatchetParty local, PreKeyBundle bundle, RatchetSuite suite, DateTimeOffset now, IRandomSource random, [NotNullWhen(true)] out SessionState? state)
    {
        state = null;
        bool hybrid = suite != RatchetSuite.X3dh;
        Span<byte> input = stackalloc byte[MaxInputSize];
        Span<byte> output = stackalloc byte[PqxdhOutputSize];
        Span<byte> shared = stackalloc byte[X25519.KeySize];
        Span<byte> root = stackalloc byte[KeySchedule.KeySize];
        Span<byte> sendingKey = stackalloc byte[KeySchedule.KeySize];
        using SecretBytes baseSecret = KeyPairs.NewSecret(random);
        using SecretBytes ratchetSecret = KeyPairs.NewSecret(random);
        byte[] ciphertext = hybrid ? new byte[Kyber1024.CiphertextSize] : [];
        try
        {
            var agreement = new Agreement(input);
            bool ok = agreement.Add(local.Secret, bundle.SignedPreKey)
                && agreement.Add(baseSecret.Span, bundle.IdentityKey)
                && agreement.Add(baseSecret.Span, bundle.SignedPreKey)
                && (bundle.OneTimePreKeyId is null || agreement.Add(baseSecret.Span, bundle.OneTimePreKey))
                && (!hybrid || Kyber1024.TryEncapsulate(bundle.KemPreKey.Span, random, ciphertext, agreement.Reserve()))
                && X25519.TryAgree(ratchetSecret.Span, bundle.SignedPreKey.AsSpan(), shared);
            if (!ok)
            {
                return false;
            }

            output = Derive(agreement.Input, hybrid, output);
            KeySchedule.RootStep(output[..KeySchedule.KeySize], shared, root, sendingKey);
            state = SessionState.Create(
                new SessionParties(local.IdentityKey, local.RegistrationId, bundle.IdentityKey, bundle.RegistrationId),
                hybrid ? SessionState.PqxdhVersionByte : SessionState.X3dhVersionByte,
                KeyPairs.PublicKey(baseSecret.Span),
                root,
                sendingKey,
                ratchetSecret.Span,
                KeyPairs.PublicKey(ratchetSecret.Span),
                suite == RatchetSuite.PqxdhWithPqChain ? new PqChain(output[X3dhOutputSize..], isInitiator: true) : null);
            state.AddChain(new ReceivingChain(bundle.SignedPreKey, output[KeySchedule.KeySize..X3dhOutputSize], 0));
            state.Pending = new PendingHandshake(bundle.SignedPreKeyId, bundle.OneTimePreKeyId, hybrid ? bundle.KemPreKeyId : null, ciphertext, now);
            return true;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(input);
            CryptographicOperations.ZeroMemory(output);
            CryptographicOperations.ZeroMemory(shared);
            CryptographicOperations.ZeroMemory(root);
            CryptographicOperations.ZeroMemory(sendingKey);
        }
    }

    /// <summary>Answers a first message with the pre-keys it names. False when one of its keys is unusable.</summary>
    public static bool TryAccept(RatchetParty local, PreKeySet keys, in PreKeySignalMessage message, [NotNullWhen(true)] out SessionState? state)
    {
        state = null;
        X25519PublicKey baseKey = message.Handshake.BaseKey;
        if (!Edwards25519.IsPrimeOrderMontgomery(baseKey.AsSpan()))
        {
            return false;
        }

        Span<byte> input = stackalloc byte[MaxInputSize];
        Span<byte> output = stackalloc byte[PqxdhOutputSize];
        try
        {
            var agreement = new Agreement(input);
            bool ok = agreement.Add(keys.SignedPreKey.Secret, message.IdentityKey)
                && agreement.Add(local.Secret, baseKey)
                && agreement.Add(keys.SignedPreKey.Secret, baseKey)
                && (keys.OneTimePreKey is null || agreement.Add(keys.OneTimePreKey.Secret, baseKey))
                && (keys.KemPreKey is null || Kyber1024.TryDecapsulate(keys.KemPreKey.Secret, message.KemCiphertext, agreement.Reserve()));
            if (!ok)
            {
                return false;
            }

            // Both inner forms of version 3 are answered in kind; whoever sends a post-quantum header gets the chain.
            bool hybrid = keys.KemPreKey is not null;
            output = Derive(agreement.Input, hybrid, output);
            byte x3dh = message.Message.VersionByte == SessionState.OldX3dhVersionByte ? SessionState.OldX3dhVersionByte : SessionState.X3dhVersionByte;
            state = SessionState.Create(
                new SessionParties(local.IdentityKey, local.RegistrationId, message.IdentityKey, message.RegistrationId),
                hybrid ? SessionState.PqxdhVersionByte : x3dh,
                baseKey,
                output[..KeySchedule.KeySize],
                output[KeySchedule.KeySize..X3dhOutputSize],
                keys.SignedPreKey.Secret,
                keys.SignedPreKey.PublicKey,
                hybrid && !message.Message.PqRatchet.IsEmpty ? new PqChain(output[X3dhOutputSize..], isInitiator: false) : null);
            return true;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(input);
            CryptographicOperations.ZeroMemory(output);
        }
    }

    /// <summary>Root key, chain key and, in the hybrid form, the authentication key of the post-quantum ratchet.</summary>
    internal static Span<byte> Derive(ReadOnlySpan<byte> input, bool hybrid, Span<byte> output)
    {
        output = output[..(hybrid ? PqxdhOutputSize : X3dhOutputSize)];
        HkdfSha256.DeriveKey(input, default, hybrid ? PqxdhLabel : X3dhLabel, output);
        return output;
    }

    /// <summary>Collects the secrets in order behind the discontinuity bytes.</summary>
    private ref struct Agreement
    {
        private readonly Span<byte> _buffer;
        private int _used;

        public Agreement(Span<byte> buffer)
        {
            _buffer = buffer;
            buffer[..DiscontinuitySize].Fill(0xff);
            _used = DiscontinuitySize;
        }

        public readonly ReadOnlySpan<byte> Input => _buffer[.._used];

        public Span<byte> Reserve()
        {
            _used += X25519.KeySize;
            return _buffer[(_used - X25519.KeySize).._used];
        }

        public bool Add(ReadOnlySpan<byte> secret, X25519PublicKey key) => X25519.TryAgree(secret, key.AsSpan(), Reserve());
    }
}
