using Session.Protocol.Accounts;

namespace Session.Protocol.LocalNetwork.Storage;

/// <summary>A subaccount token: prefix, rights, two zero bytes, Ed25519 key (protocol/21 §4).</summary>
internal sealed class SubaccountToken
{
    public const int Size = 36;

    private SubaccountToken(byte[] bytes)
    {
        Bytes = bytes;
        Hex = Convert.ToHexStringLower(bytes);
        Key = new Ed25519PublicKey(bytes.AsSpan(4));
    }

    public byte[] Bytes { get; }

    public string Hex { get; }

    public Ed25519PublicKey Key { get; }

    public TokenRights Rights => (TokenRights)Bytes[1];

    public static SubaccountToken? FromBytes(byte[]? bytes) => bytes is { Length: Size } ? new SubaccountToken(bytes) : null;

    public bool Allows(byte accountPrefix, TokenRights rights) =>
        (Rights & rights) == rights && (Bytes[0] == accountPrefix || Rights.HasFlag(TokenRights.AnyPrefix));
}
