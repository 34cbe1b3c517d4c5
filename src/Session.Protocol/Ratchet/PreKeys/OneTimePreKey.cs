using System.Diagnostics.CodeAnalysis;
using Session.Protocol.Accounts;
using Session.Protocol.Cryptography;
using Session.Protocol.Ratchet.Sessions;

namespace Session.Protocol.Ratchet.PreKeys;

/// <summary>An X25519 key pair for one handshake.</summary>
public sealed class OneTimePreKey : PreKey
{
    private const byte Format = 1;
    private const int SerializedSize = 1 + 4 + 32;

    internal OneTimePreKey(uint id, SecretBytes secret)
        : base(id, secret)
    {
        PublicKey = KeyPairs.PublicKey(secret.Span);
    }

    /// <summary>The public half.</summary>
    public X25519PublicKey PublicKey { get; }

    /// <summary>Makes a new key pair.</summary>
    /// <param name="id">A number not used before.</param>
    /// <param name="random">Where the secret comes from; the system's random numbers by default.</param>
    /// <returns>The pair; the caller disposes it.</returns>
    public static OneTimePreKey Create(uint id, IRandomSource? random = null) => new(id, KeyPairs.NewSecret(random ?? RandomSource.System));

    /// <summary>Reads what <see cref="Serialize"/> wrote.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="key">The pair; the caller disposes it.</param>
    /// <returns>False when the bytes are anything else.</returns>
    public static bool TryDeserialize(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out OneTimePreKey? key)
    {
        var reader = new StateReader(bytes);
        bool known = reader.Byte() == Format;
        uint id = reader.UInt32();
        ReadOnlySpan<byte> secret = reader.Bytes(X25519.KeySize);
        key = known && reader.IsComplete ? new OneTimePreKey(id, new SecretBytes(secret)) : null;
        return key is not null;
    }

    /// <summary>The pair with its secret, 37 bytes. The caller protects and zeroes them.</summary>
    /// <returns>A new array.</returns>
    public byte[] Serialize()
    {
        byte[] bytes = new byte[SerializedSize];
        var writer = new StateWriter(bytes);
        writer.Byte(Format);
        writer.UInt32(Id);
        writer.Bytes(Secret);
        return bytes;
    }
}
