using System.Diagnostics;
using System.Security.Cryptography;
using NSec.Cryptography;
using Session.Protocol.Cryptography;
using Blake2b = Session.Protocol.Cryptography.Blake2b;
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

    private const int MaskSize = 32;

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

    /// <summary>The token that names a member of this group to the nodes.</summary>
    /// <param name="member">The member, prefix <c>05</c>.</param>
    /// <param name="rights">What the member may do; <see cref="SubaccountRights.Read"/> is always included.</param>
    /// <returns>The token, the same each time: it can be recomputed to revoke it.</returns>
    /// <exception cref="ArgumentException">The id is not an account's, or its key is none.</exception>
    /// <exception cref="ObjectDisposedException">The key was disposed.</exception>
    public SubaccountToken CreateToken(AccountId member, SubaccountRights rights) =>
        TryCreateToken(member, rights, out SubaccountToken token) ? token : throw NoKey(nameof(member));

    /// <summary>As <see cref="CreateToken"/>, for an id that somebody else named: false when it holds no key.</summary>
    internal bool TryCreateToken(AccountId member, SubaccountRights rights, out SubaccountToken token)
    {
        Span<byte> factor = stackalloc byte[Scalar25519.Size];
        return TryBlind(member, rights, factor, out token);
    }

    /// <summary>What a member needs to sign as <see cref="CreateToken"/> names it; give it to that member only.</summary>
    /// <param name="member">The member, prefix <c>05</c>.</param>
    /// <param name="rights">What the member may do; <see cref="SubaccountRights.Read"/> is always included.</param>
    /// <returns>The 100 bytes that <see cref="SubaccountSigner.TryCreate"/> takes.</returns>
    /// <exception cref="ArgumentException">The id is not an account's, or its key is none.</exception>
    /// <exception cref="ObjectDisposedException">The key was disposed.</exception>
    public byte[] CreateSigningValue(AccountId member, SubaccountRights rights)
    {
        byte[] value = new byte[SubaccountSigner.SigningValueSize];
        if (!TryBlind(member, rights, value.AsSpan(SubaccountSigner.FactorOffset, Scalar25519.Size), out SubaccountToken token))
        {
            throw NoKey(nameof(member));
        }

        token.AsSpan()[..SubaccountSigner.FactorOffset].CopyTo(value);
        Sign(token.AsSpan(), value.AsSpan(SubaccountSigner.SignatureOffset));
        return value;
    }

    /// <summary>Zeroes and frees the secret.</summary>
    public void Dispose() => _key.Dispose();

    /// <summary>The group id: never a secret.</summary>
    /// <returns>66 hexadecimal digits.</returns>
    public override string ToString() => GroupId.ToString();

    // k = H64[mask](05 || X || 03 || group) mod L, and the token of k·T, T being the positive Edwards form of the member's X.
    private bool TryBlind(AccountId member, SubaccountRights rights, Span<byte> factor, out SubaccountToken token)
    {
        if (member.Prefix != AccountIdPrefix.Standard)
        {
            throw new ArgumentException("Expected the id of an account.", nameof(member));
        }

        Span<byte> ids = stackalloc byte[2 * AccountId.Size];
        Span<byte> mask = stackalloc byte[MaskSize];
        Span<byte> seed = stackalloc byte[SeedSize];
        Span<byte> hash = stackalloc byte[Scalar25519.WideSize];
        Span<byte> point = stackalloc byte[Ed25519.PublicKeySize];
        try
        {
            _ = _key.TryExport(KeyBlobFormat.RawPrivateKey, seed, out _);
            Blake2b.Hash(seed, "SessionGroupSubaccountMask"u8, mask);
            member.AsSpan().CopyTo(ids);
            AccountId group = GroupId;
            group.AsSpan().CopyTo(ids[AccountId.Size..]);
            Blake2b.Hash(ids, mask, hash);
            Scalar25519.Reduce(hash, factor);
            Edwards25519.FromMontgomery(member.KeySpan(), negative: false, point);
            bool ok = Scalar25519.TryMultiplyPoint(factor, point, point);
            token = ok ? new SubaccountToken(GroupId.Prefix, rights | SubaccountRights.Read, point) : default;
            return ok;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(seed);
            CryptographicOperations.ZeroMemory(mask);
            CryptographicOperations.ZeroMemory(hash);
        }
    }

    private static ArgumentException NoKey(string parameter) => new("The member's id holds no key.", parameter);
}
