using System.Security.Cryptography;
using Session.Protocol.Accounts;
using Session.Protocol.Cryptography;

namespace Session.Protocol.LocalNetwork;

/// <summary>
/// The keys of one node: Ed25519, and X25519 derived from it because clients may derive it too (protocol/26 §2).
/// They are throw-away keys of a test network and are wiped with it.
/// </summary>
internal sealed class NodeKeys : IDisposable
{
    private readonly byte[] _ed25519 = GC.AllocateArray<byte>(Ed25519.SecretKeySize, pinned: true);
    private readonly byte[] _x25519 = GC.AllocateArray<byte>(X25519.KeySize, pinned: true);

    public NodeKeys(ReadOnlySpan<byte> seed)
    {
        Span<byte> key = stackalloc byte[Ed25519.PublicKeySize];
        Ed25519.KeyPair(seed, key, _ed25519);
        Identity = new Ed25519PublicKey(key);
        Ed25519.SecretKeyToX25519(_ed25519, _x25519);
        X25519.PublicKey(_x25519, key);
        Encryption = new X25519PublicKey(key);
    }

    public Ed25519PublicKey Identity { get; }

    public X25519PublicKey Encryption { get; }

    /// <summary>The X25519 secret, which opens onion layers.</summary>
    public ReadOnlySpan<byte> EncryptionSecret => _x25519;

    /// <summary>Signs an answer; base64 as the protocol shows it.</summary>
    public string Sign(ReadOnlySpan<byte> text)
    {
        Span<byte> signature = stackalloc byte[Ed25519.SignatureSize];
        Ed25519.Sign(_ed25519, text, signature);
        return Convert.ToBase64String(signature);
    }

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_ed25519);
        CryptographicOperations.ZeroMemory(_x25519);
    }
}
