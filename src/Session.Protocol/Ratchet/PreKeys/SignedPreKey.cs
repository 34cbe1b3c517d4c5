using System.Diagnostics.CodeAnalysis;
using Session.Protocol.Accounts;
using Session.Protocol.Cryptography;
using Session.Protocol.Ratchet.Sessions;

namespace Session.Protocol.Ratchet.PreKeys;

/// <summary>
/// An X25519 key pair signed by the identity key, used for all handshakes of some days. Rotate it weekly and delete old ones
/// after 44 days (protocol/32 §4.6): that is what bounds the forward secrecy of first messages.
/// </summary>
public sealed class SignedPreKey : PreKey
{
    private const byte Format = 1;
    private const int SerializedSize = 1 + 4 + 8 + 32 + XEdDSA.SignatureSize;

    internal SignedPreKey(uint id, SecretBytes secret, ReadOnlyMemory<byte> signature, DateTimeOffset createdAt)
        : base(id, secret)
    {
        PublicKey = KeyPairs.PublicKey(secret.Span);
        Signature = signature;
        CreatedAt = createdAt;
    }

    /// <summary>The public half.</summary>
    public X25519PublicKey PublicKey { get; }

    /// <summary>The identity's XEdDSA signature over the serialized public key, 64 bytes.</summary>
    public ReadOnlyMemory<byte> Signature { get; }

    /// <summary>When it was made, to the second.</summary>
    public DateTimeOffset CreatedAt { get; }

    /// <summary>Reads what <see cref="Serialize"/> wrote.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="key">The pair; the caller disposes it.</param>
    /// <returns>False when the bytes are anything else.</returns>
    public static bool TryDeserialize(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out SignedPreKey? key)
    {
        var reader = new StateReader(bytes);
        bool known = reader.Byte() == Format;
        uint id = reader.UInt32();
        DateTimeOffset createdAt = reader.Time();
        ReadOnlySpan<byte> secret = reader.Bytes(X25519.KeySize);
        ReadOnlySpan<byte> signature = reader.Bytes(XEdDSA.SignatureSize);
        key = known && reader.IsComplete ? new SignedPreKey(id, new SecretBytes(secret), signature.ToArray(), createdAt) : null;
        return key is not null;
    }

    /// <summary>The pair with its secret, 109 bytes. The caller protects and zeroes them.</summary>
    /// <returns>A new array.</returns>
    public byte[] Serialize()
    {
        byte[] bytes = new byte[SerializedSize];
        var writer = new StateWriter(bytes);
        writer.Byte(Format);
        writer.UInt32(Id);
        writer.Time(CreatedAt);
        writer.Bytes(Secret);
        writer.Bytes(Signature.Span);
        return bytes;
    }
}
