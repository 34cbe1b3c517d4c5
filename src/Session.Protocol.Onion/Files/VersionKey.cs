using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Session.Protocol.Accounts;
using Session.Protocol.Cryptography;

namespace Session.Protocol.Onion.Files;

/// <summary>
/// The key that an account shows to file servers instead of its own: derived from the seed, not linkable to the account id
/// (protocol/23 §5). Only requests without a body are signed, because server and clients disagree about bodies.
/// </summary>
internal static class VersionKey
{
    private const string BlindedPrefix = "07";

    /// <summary>The three headers of a signed request.</summary>
    public static Dictionary<string, string> Headers(SessionIdentity identity, long unixSeconds, string method, string endpoint)
    {
        Span<byte> secret = stackalloc byte[Ed25519.SecretKeySize];
        Span<byte> publicKey = stackalloc byte[Ed25519.PublicKeySize];
        Span<byte> signature = stackalloc byte[Ed25519.SignatureSize];
        try
        {
            Derive(identity, publicKey, secret);
            string time = unixSeconds.ToString(CultureInfo.InvariantCulture);
            Ed25519.Sign(secret, Encoding.UTF8.GetBytes($"{time}{method}{endpoint}"), signature);
            return new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
            {
                ["X-FS-Pubkey"] = BlindedPrefix + Convert.ToHexStringLower(publicKey),
                ["X-FS-Timestamp"] = time,
                ["X-FS-Signature"] = Convert.ToBase64String(signature),
            };
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    private static void Derive(SessionIdentity identity, Span<byte> publicKey, Span<byte> secret)
    {
        Span<byte> seeds = stackalloc byte[2 * SessionIdentity.SeedSize];
        try
        {
            identity.CopySeed(seeds[..SessionIdentity.SeedSize]);
            Blake2b.Hash(seeds[..SessionIdentity.SeedSize], "VersionCheckKey_sig"u8, seeds[SessionIdentity.SeedSize..]);
            Ed25519.KeyPair(seeds[SessionIdentity.SeedSize..], publicKey, secret);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(seeds);
        }
    }
}
