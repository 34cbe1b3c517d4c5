using Session.Protocol.Accounts;
using Session.Protocol.Cryptography;
using Session.Protocol.Ratchet.Sessions;

namespace Session.Protocol.Ratchet.PreKeys;

/// <summary>
/// The public keys of one device that let anybody start a session with it while it is offline (protocol/30 §3).
/// Comes from a stranger: starting a session checks it with <see cref="Verify"/>.
/// </summary>
public sealed record PreKeyBundle
{
    /// <summary>The device's installation number; 14 bits in libsignal.</summary>
    public uint RegistrationId { get; init; }

    /// <summary>The identity key that signed the pre-keys.</summary>
    public required X25519PublicKey IdentityKey { get; init; }

    /// <summary>Id of the signed pre-key.</summary>
    public required uint SignedPreKeyId { get; init; }

    /// <summary>The signed pre-key.</summary>
    public required X25519PublicKey SignedPreKey { get; init; }

    /// <summary>XEdDSA signature over the signed pre-key, 64 bytes.</summary>
    public required ReadOnlyMemory<byte> SignedPreKeySignature { get; init; }

    /// <summary>Id of the one-time pre-key, null when the bundle has none.</summary>
    public uint? OneTimePreKeyId { get; init; }

    /// <summary>The one-time pre-key; looked at only when its id is set. Nobody signs it.</summary>
    public X25519PublicKey OneTimePreKey { get; init; }

    /// <summary>Id of the KEM pre-key, null when the bundle has none: then only X3DH is possible.</summary>
    public uint? KemPreKeyId { get; init; }

    /// <summary>The Kyber1024 public key, 1568 bytes, without type byte; looked at only when its id is set.</summary>
    public ReadOnlyMemory<byte> KemPreKey { get; init; }

    /// <summary>XEdDSA signature over the KEM pre-key, 64 bytes.</summary>
    public ReadOnlyMemory<byte> KemPreKeySignature { get; init; }

    /// <summary>The strongest suite that the keys allow.</summary>
    public RatchetSuite StrongestSuite => KemPreKeyId is null ? RatchetSuite.X3dh : RatchetSuite.PqxdhWithPqChain;

    /// <summary>Checks sizes and signatures. Whether the identity is the right one is not the bundle's to say.</summary>
    /// <returns>False when a signature does not verify under <see cref="IdentityKey"/>.</returns>
    public bool Verify()
    {
        Span<byte> signed = stackalloc byte[WireKeys.X25519Size];
        WireKeys.Write(SignedPreKey, signed);
        if (!XEdDSA.Verify(IdentityKey.AsSpan(), signed, SignedPreKeySignature.Span))
        {
            return false;
        }

        if (KemPreKeyId is null)
        {
            return true;
        }

        Span<byte> kem = stackalloc byte[WireKeys.KyberSize];
        return KemPreKey.Length == Kyber1024.PublicKeySize
            && XEdDSA.Verify(IdentityKey.AsSpan(), WireKeys.WriteKyber(KemPreKey.Span, kem), KemPreKeySignature.Span);
    }
}
