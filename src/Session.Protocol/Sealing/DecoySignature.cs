using System.Security.Cryptography;
using Session.Protocol.Cryptography;

namespace Session.Protocol.Sealing;

/// <summary>
/// What a sender without Pro writes where others have a Pro signature, so that all envelopes look alike: R = r·B ‖ s of
/// two random scalars. It verifies under no key (protocol/12 §2).
/// </summary>
internal static class DecoySignature
{
    /// <summary>Random bytes needed: r, then s.</summary>
    public const int RandomSize = 2 * Scalar25519.Size;

    // Below 2^252, which is below the group order by less than one part in 2^127: no reduction is needed.
    private const byte TopByteMask = 0x0f;

    public static void Write(ReadOnlySpan<byte> random, Span<byte> signature)
    {
        Error.RequireLength(random.Length, RandomSize, nameof(random));
        Error.RequireLength(signature.Length, Ed25519.SignatureSize, nameof(signature));
        Span<byte> r = stackalloc byte[Scalar25519.Size];
        try
        {
            random[..Scalar25519.Size].CopyTo(r);
            r[^1] &= TopByteMask;
            _ = Scalar25519.TryMultiplyBase(r, signature[..Scalar25519.Size]);
            random[Scalar25519.Size..].CopyTo(signature[Scalar25519.Size..]);
            signature[^1] &= TopByteMask;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(r);
        }
    }
}
