using System.Diagnostics;
using System.Security.Cryptography;
using NSec.Cryptography;
using Session.Protocol.Cryptography;
using Ed25519 = Session.Protocol.Cryptography.Ed25519;

namespace Session.Protocol.Accounts;

/// <summary>
/// The secret key of a group, which every admin has: it signs as the group. Lives in guarded memory until <see cref="Dispose"/>.
/// Safe for concurrent use, except that <see cref="Dispose"/> must come last.
/// </summary>
[DebuggerDisplay("{GroupId}")]
public sealed class GroupAdminKey : IDisposable
{
    /// <summary>Size in bytes of the seed.</summary>
    public const int SeedSize = Ed25519.SeedSize;

    private readonly Key _key;

    private GroupAdminKey(ReadOnlySpan<byte> seed)
    {
        _key = Key.Import(
            SignatureAlgorithm.Ed25519, seed, KeyBlobFormat.RawPrivateKey, new KeyCreationParameters { ExportPolicy = KeyExportPolicies.AllowPlaintextExport });
        GroupId = AccountId.ForGroup(new Ed25519PublicKey(_key.PublicKey.Export(KeyBlobFormat.RawPublicKey)));
    }

    /// <summary>The group, <c>03…</c>.</summary>
    public AccountId GroupId { get; }

    /// <summary>The key of a seed.</summary>
    /// <param name="seed">32 bytes: the Ed25519 seed.</param>
    /// <returns>The key; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">Not 32 bytes.</exception>
    public static GroupAdminKey FromSeed(ReadOnlySpan<byte> seed)
    {
        Error.RequireLength(seed.Length, SeedSize, nameof(seed));
        return new GroupAdminKey(seed);
    }

    /// <summary>Signs as the group.</summary>
    /// <param name="message">The bytes to sign.</param>
    /// <param name="signature">Receives 64 bytes.</param>
    /// <exception cref="ArgumentException">The signature span is not 64 bytes.</exception>
    /// <exception cref="ObjectDisposedException">The key was disposed.</exception>
    public void Sign(ReadOnlySpan<byte> message, Span<byte> signature)
    {
        Error.RequireLength(signature.Length, Ed25519.SignatureSize, nameof(signature));
        SignatureAlgorithm.Ed25519.Sign(_key, message, signature);
    }

    /// <summary>Zeroes and frees the secret.</summary>
    public void Dispose() => _key.Dispose();

    /// <summary>The group id: never a secret.</summary>
    /// <returns>66 hexadecimal digits.</returns>
    public override string ToString() => GroupId.ToString();

    /// <summary>Copies the 32-byte seed for another step of the protocol; the caller zeroes it.</summary>
    internal void CopySeed(Span<byte> seed)
    {
        if (!_key.TryExport(KeyBlobFormat.RawPrivateKey, seed, out _))
        {
            throw new ArgumentException("Expected 32 bytes.", nameof(seed));
        }
    }
}
