using System.Security.Cryptography;
using Session.Protocol.Accounts;
using Session.Protocol.Cryptography;
using Session.Protocol.Ratchet.PreKeys;
using Session.Protocol.Ratchet.Sessions;

namespace Session.Protocol.Ratchet;

/// <summary>
/// One's own end of all ratchet sessions of a device: an address, a registration id and an X25519 identity key pair. The key
/// of a Session account fits (protocol/32 §4.3), and so does a key of the device's own, which a restored device then does not share.
/// The secret is in pinned memory until <see cref="Dispose"/>. Safe for concurrent use before that.
/// </summary>
public sealed class RatchetParty : IDisposable
{
    /// <summary>Size in bytes of the identity secret.</summary>
    public const int SecretKeySize = X25519.KeySize;

    // Registration ids have 14 bits and are not zero.
    private const int RegistrationIdMask = 0x3fff;

    private readonly SecretBytes _secret;
    private readonly byte[] _publicPoint = new byte[Edwards25519.PointSize];

    private RatchetParty(RatchetAddress address, uint registrationId, SecretBytes secret)
    {
        if (string.IsNullOrEmpty(address.Name))
        {
            throw new ArgumentException("Expected an address with a name.", nameof(address));
        }

        Address = address;
        RegistrationId = registrationId;
        _secret = secret;
        IdentityKey = KeyPairs.PublicKey(secret.Span);
        XEdDSA.PublicPoint(secret.Span, _publicPoint);
    }

    /// <summary>Where peers find this device.</summary>
    public RatchetAddress Address { get; }

    /// <summary>The public identity key: what safety numbers are made of.</summary>
    public X25519PublicKey IdentityKey { get; }

    /// <summary>A number of this installation. Peers read it; nothing depends on it.</summary>
    public uint RegistrationId { get; }

    internal ReadOnlySpan<byte> Secret => _secret.Span;

    /// <summary>A party with a new identity key and a random registration id.</summary>
    /// <param name="address">Its address.</param>
    /// <param name="random">Where both come from; the system's random numbers by default.</param>
    /// <returns>The party; the caller disposes it.</returns>
    public static RatchetParty Create(RatchetAddress address, IRandomSource? random = null)
    {
        random ??= RandomSource.System;
        SecretBytes secret = KeyPairs.NewSecret(random);
        Span<byte> number = stackalloc byte[2];
        random.Fill(number);
        return new RatchetParty(address, (uint)Math.Max(1, BitConverter.ToUInt16(number) & RegistrationIdMask), secret);
    }

    /// <summary>A party with a key that exists.</summary>
    /// <param name="address">Its address.</param>
    /// <param name="registrationId">The number of this installation.</param>
    /// <param name="secretKey">32 bytes, copied; clamped if it is not.</param>
    /// <returns>The party; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">Not 32 bytes.</exception>
    public static RatchetParty FromSecretKey(RatchetAddress address, uint registrationId, ReadOnlySpan<byte> secretKey)
    {
        Error.RequireLength(secretKey.Length, SecretKeySize, nameof(secretKey));
        var secret = new SecretBytes(secretKey);
        KeyPairs.Clamp(secret.Span);
        return new RatchetParty(address, registrationId, secret);
    }

    /// <summary>A party whose identity is the X25519 key of a Session account.</summary>
    /// <param name="address">Its address.</param>
    /// <param name="registrationId">The number of this installation.</param>
    /// <param name="account">The account; its key is copied.</param>
    /// <returns>The party; the caller disposes it.</returns>
    /// <exception cref="ObjectDisposedException">The account was disposed.</exception>
    public static RatchetParty FromAccount(RatchetAddress address, uint registrationId, SessionIdentity account)
    {
        ArgumentNullException.ThrowIfNull(account);
        Span<byte> secret = stackalloc byte[SecretKeySize];
        try
        {
            account.CopyEncryptionSecret(secret);
            return FromSecretKey(address, registrationId, secret);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    /// <summary>Copies the identity secret out, to be stored.</summary>
    /// <param name="secretKey">Receives 32 bytes; the caller zeroes them.</param>
    /// <exception cref="ArgumentException">Not 32 bytes.</exception>
    /// <exception cref="ObjectDisposedException">The party was disposed.</exception>
    public void ExportSecretKey(Span<byte> secretKey)
    {
        Error.RequireLength(secretKey.Length, SecretKeySize, nameof(secretKey));
        Secret.CopyTo(secretKey);
    }

    /// <summary>Makes and signs a new signed pre-key.</summary>
    /// <param name="id">A number not used before.</param>
    /// <param name="now">The time of making it.</param>
    /// <param name="random">Where the secret comes from; the system's random numbers by default.</param>
    /// <returns>The pair; the caller disposes it.</returns>
    public SignedPreKey CreateSignedPreKey(uint id, DateTimeOffset now, IRandomSource? random = null)
    {
        random ??= RandomSource.System;
        SecretBytes secret = KeyPairs.NewSecret(random);
        Span<byte> wire = stackalloc byte[WireKeys.X25519Size];
        WireKeys.Write(KeyPairs.PublicKey(secret.Span), wire);
        return new SignedPreKey(id, secret, Sign(wire, random), now);
    }

    /// <summary>Makes and signs a new KEM pre-key.</summary>
    /// <param name="id">A number not used before.</param>
    /// <param name="now">The time of making it.</param>
    /// <param name="random">Where the secret comes from; the system's random numbers by default, and always where the platform has ML-KEM of its own.</param>
    /// <returns>The pair; the caller disposes it.</returns>
    public KemPreKey CreateKemPreKey(uint id, DateTimeOffset now, IRandomSource? random = null)
    {
        random ??= RandomSource.System;
        var secret = new SecretBytes(Kyber1024.SecretKeySize);
        byte[] publicKey = new byte[Kyber1024.PublicKeySize];
        Kyber1024.KeyPair(random, publicKey, secret.Span);
        Span<byte> wire = stackalloc byte[WireKeys.KyberSize];
        return new KemPreKey(id, secret, publicKey, Sign(WireKeys.WriteKyber(publicKey, wire), random), now);
    }

    /// <summary>Puts public keys together for others to start a session with.</summary>
    /// <param name="signedPreKey">A signed pre-key of this party.</param>
    /// <param name="kemPreKey">A KEM pre-key of this party; without one only X3DH is possible.</param>
    /// <param name="oneTimePreKey">A one-time pre-key, handed out to nobody else.</param>
    /// <returns>The bundle.</returns>
    public PreKeyBundle CreateBundle(SignedPreKey signedPreKey, KemPreKey? kemPreKey = null, OneTimePreKey? oneTimePreKey = null)
    {
        ArgumentNullException.ThrowIfNull(signedPreKey);
        return new PreKeyBundle
        {
            RegistrationId = RegistrationId,
            IdentityKey = IdentityKey,
            SignedPreKeyId = signedPreKey.Id,
            SignedPreKey = signedPreKey.PublicKey,
            SignedPreKeySignature = signedPreKey.Signature,
            OneTimePreKeyId = oneTimePreKey?.Id,
            OneTimePreKey = oneTimePreKey?.PublicKey ?? default,
            KemPreKeyId = kemPreKey?.Id,
            KemPreKey = kemPreKey?.PublicKey ?? default,
            KemPreKeySignature = kemPreKey?.Signature ?? default,
        };
    }

    /// <summary>Zeroes the identity secret.</summary>
    public void Dispose() => _secret.Dispose();

    /// <summary>The address: never a secret.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => Address.ToString();

    private byte[] Sign(ReadOnlySpan<byte> message, IRandomSource random)
    {
        Span<byte> noise = stackalloc byte[XEdDSA.RandomSize];
        random.Fill(noise);
        byte[] signature = new byte[XEdDSA.SignatureSize];
        XEdDSA.Sign(Secret, _publicPoint, message, noise, signature);
        CryptographicOperations.ZeroMemory(noise);
        return signature;
    }
}
