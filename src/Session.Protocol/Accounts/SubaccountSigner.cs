using System.Buffers;
using System.Diagnostics;
using System.Security.Cryptography;
using Session.Protocol.Cryptography;
using Ed25519 = Session.Protocol.Cryptography.Ed25519;

namespace Session.Protocol.Accounts;

/// <summary>
/// Signs requests as one member of a group (group_subaccounts in README-libsession.md). Made from the signing value that an
/// admin gave out and the member's own identity. Holds secrets in pinned memory until <see cref="Dispose"/>.
/// Safe for concurrent use, except that <see cref="Dispose"/> must come last.
/// </summary>
[DebuggerDisplay("{Token}")]
public sealed class SubaccountSigner : IDisposable
{
    /// <summary>Size in bytes of a signing value: prefix, rights, two zero bytes, blinding factor (32), the group's signature (64).</summary>
    public const int SigningValueSize = 100;

    internal const int FactorOffset = 4;
    internal const int SignatureOffset = FactorOffset + Scalar25519.Size;

    private readonly byte[] _scalar;
    private readonly byte[] _nonceSeed;
    private readonly byte[] _accountSignature;
    private bool _disposed;

    private SubaccountSigner(AccountId account, SubaccountToken token, byte[] scalar, byte[] nonceSeed, ReadOnlySpan<byte> accountSignature)
    {
        Account = account;
        Token = token;
        _scalar = scalar;
        _nonceSeed = nonceSeed;
        _accountSignature = accountSignature.ToArray();
    }

    /// <summary>The group.</summary>
    public AccountId Account { get; }

    /// <summary>The token that names this member to the nodes.</summary>
    public SubaccountToken Token { get; }

    /// <summary>The group's signature of the token, 64 bytes; sent with every request.</summary>
    public ReadOnlyMemory<byte> AccountSignature => _accountSignature;

    /// <summary>Checks a signing value and makes the signer of it.</summary>
    /// <param name="group">The group, prefix <c>03</c>.</param>
    /// <param name="member">The member whom the value was made for.</param>
    /// <param name="signingValue">Any bytes; a good value has 100.</param>
    /// <param name="needed">Rights that must be granted; <see cref="SubaccountRights.Read"/> always is needed.</param>
    /// <param name="signer">The signer, which the caller disposes, or null.</param>
    /// <returns>False for a value that is malformed, of another group or member, without the rights, or not signed by the group.</returns>
    /// <exception cref="ArgumentException">The id is not a group's.</exception>
    public static bool TryCreate(
        AccountId group,
        SessionIdentity member,
        ReadOnlySpan<byte> signingValue,
        SubaccountRights needed,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out SubaccountSigner? signer)
    {
        ArgumentNullException.ThrowIfNull(member);
        if (group.Prefix != AccountIdPrefix.Group)
        {
            throw new ArgumentException("Expected the id of a group.", nameof(group));
        }

        signer = null;
        needed |= SubaccountRights.Read;
        if (signingValue.Length != SigningValueSize || signingValue[0] != (byte)group.Prefix || signingValue[2] != 0 || signingValue[3] != 0
            || ((SubaccountRights)signingValue[1] & needed) != needed)
        {
            return false;
        }

        byte[] scalar = GC.AllocateArray<byte>(Scalar25519.Size, pinned: true);
        byte[] nonceSeed = GC.AllocateArray<byte>(Scalar25519.Size, pinned: true);
        Derive(member, signingValue[FactorOffset..SignatureOffset], scalar, nonceSeed);
        Span<byte> key = stackalloc byte[Ed25519.PublicKeySize];
        if (Scalar25519.TryMultiplyBase(scalar, key))
        {
            var token = new SubaccountToken(group.Prefix, (SubaccountRights)signingValue[1], key);
            if (Ed25519.Verify(group.KeySpan(), token.AsSpan(), signingValue[SignatureOffset..]))
            {
                signer = new SubaccountSigner(group, token, scalar, nonceSeed, signingValue[SignatureOffset..]);
                return true;
            }
        }

        CryptographicOperations.ZeroMemory(scalar);
        CryptographicOperations.ZeroMemory(nonceSeed);
        return false;
    }

    /// <summary>Signs with the blinded key; <see cref="SubaccountToken.Key"/> verifies it as ordinary Ed25519.</summary>
    /// <param name="message">The bytes to sign.</param>
    /// <param name="signature">Receives 64 bytes.</param>
    /// <exception cref="ArgumentException">The signature span is not 64 bytes.</exception>
    /// <exception cref="ObjectDisposedException">The signer was disposed.</exception>
    public void Sign(ReadOnlySpan<byte> message, Span<byte> signature)
    {
        Error.RequireLength(signature.Length, Ed25519.SignatureSize, nameof(signature));
        ObjectDisposedException.ThrowIf(_disposed, this);

        // One buffer for both hashes: seed or R, then the public key, then the message.
        int length = Scalar25519.Size + Ed25519.PublicKeySize + message.Length;
        byte[] rented = ArrayPool<byte>.Shared.Rent(length);
        Span<byte> hash = stackalloc byte[Scalar25519.WideSize];
        Span<byte> nonce = stackalloc byte[Scalar25519.Size];
        Span<byte> challenge = stackalloc byte[Scalar25519.Size];
        try
        {
            Span<byte> input = rented.AsSpan(0, length);
            _nonceSeed.CopyTo(input);
            SubaccountToken token = Token;
            token.AsSpan()[(SubaccountToken.Size - Ed25519.PublicKeySize)..].CopyTo(input[Scalar25519.Size..]);
            message.CopyTo(input[(Scalar25519.Size + Ed25519.PublicKeySize)..]);
            Blake2b.Hash(input, "SubaccountSig"u8, hash);
            Scalar25519.Reduce(hash, nonce);
            Span<byte> point = signature[..Ed25519.PublicKeySize];
            _ = Scalar25519.TryMultiplyBase(nonce, point);
            point.CopyTo(input);
            SHA512.HashData(input, hash);
            Scalar25519.Reduce(hash, challenge);
            Scalar25519.Multiply(challenge, _scalar, challenge);
            Scalar25519.Add(nonce, challenge, signature[Ed25519.PublicKeySize..]);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(rented.AsSpan(0, length));
            ArrayPool<byte>.Shared.Return(rented);
            CryptographicOperations.ZeroMemory(hash);
            CryptographicOperations.ZeroMemory(nonce);
            CryptographicOperations.ZeroMemory(challenge);
        }
    }

    /// <summary>Zeroes the secrets.</summary>
    public void Dispose()
    {
        _disposed = true;
        CryptographicOperations.ZeroMemory(_scalar);
        CryptographicOperations.ZeroMemory(_nonceSeed);
    }

    /// <summary>The token: never a secret.</summary>
    /// <returns>48 characters of base64.</returns>
    public override string ToString() => Token.ToString();

    // The blinded secret k·t, t being the member's scalar of the positive form of its key, and the seed of the nonces.
    private static void Derive(SessionIdentity member, ReadOnlySpan<byte> factor, Span<byte> scalar, Span<byte> nonceSeed)
    {
        Span<byte> seed = stackalloc byte[Ed25519.SeedSize];
        Span<byte> secret = stackalloc byte[Scalar25519.Size];
        try
        {
            member.CopySeed(seed);
            Blake2b.Hash(seed, "SubaccountSeed"u8, nonceSeed);
            Ed25519.SecretKeyToX25519(seed, secret);
            Ed25519PublicKey publicKey = member.SigningKey;
            if ((publicKey.AsSpan()[^1] & 0x80) != 0)
            {
                Scalar25519.Negate(secret, secret);
            }

            Scalar25519.Multiply(factor, secret, scalar);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(seed);
            CryptographicOperations.ZeroMemory(secret);
        }
    }
}
