using System.Diagnostics.CodeAnalysis;
using Session.Protocol.Cryptography;
using Session.Protocol.Ratchet.Sessions;

namespace Session.Protocol.Ratchet.PreKeys;

/// <summary>
/// A Kyber1024 key pair signed by the identity key, for the post-quantum half of PQXDH. Rotate it with the signed pre-key.
/// </summary>
public sealed class KemPreKey : PreKey
{
    /// <summary>Size in bytes of the public key, without the type byte it has on the wire.</summary>
    public const int PublicKeySize = Kyber1024.PublicKeySize;

    private const byte Format = 1;
    private const int SerializedSize = 1 + 4 + 8 + Kyber1024.SecretKeySize + Kyber1024.PublicKeySize + XEdDSA.SignatureSize;

    internal KemPreKey(uint id, SecretBytes secret, ReadOnlyMemory<byte> publicKey, ReadOnlyMemory<byte> signature, DateTimeOffset createdAt)
        : base(id, secret)
    {
        PublicKey = publicKey;
        Signature = signature;
        CreatedAt = createdAt;
    }

    /// <summary>The public half, 1568 bytes.</summary>
    public ReadOnlyMemory<byte> PublicKey { get; }

    /// <summary>The identity's XEdDSA signature over the serialized public key, 64 bytes.</summary>
    public ReadOnlyMemory<byte> Signature { get; }

    /// <summary>When it was made, to the second.</summary>
    public DateTimeOffset CreatedAt { get; }

    /// <summary>Reads what <see cref="Serialize"/> wrote.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="key">The pair; the caller disposes it.</param>
    /// <returns>False when the bytes are anything else.</returns>
    public static bool TryDeserialize(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out KemPreKey? key)
    {
        var reader = new StateReader(bytes);
        bool known = reader.Byte() == Format;
        uint id = reader.UInt32();
        DateTimeOffset createdAt = reader.Time();
        ReadOnlySpan<byte> secret = reader.Bytes(Kyber1024.SecretKeySize);
        ReadOnlySpan<byte> publicKey = reader.Bytes(Kyber1024.PublicKeySize);
        ReadOnlySpan<byte> signature = reader.Bytes(XEdDSA.SignatureSize);
        key = known && reader.IsComplete ? new KemPreKey(id, new SecretBytes(secret), publicKey.ToArray(), signature.ToArray(), createdAt) : null;
        return key is not null;
    }

    /// <summary>The pair with its secret, 4813 bytes. The caller protects and zeroes them.</summary>
    /// <returns>A new array.</returns>
    public byte[] Serialize()
    {
        byte[] bytes = new byte[SerializedSize];
        var writer = new StateWriter(bytes);
        writer.Byte(Format);
        writer.UInt32(Id);
        writer.Time(CreatedAt);
        writer.Bytes(Secret);
        writer.Bytes(PublicKey.Span);
        writer.Bytes(Signature.Span);
        return bytes;
    }
}
