using System.Text;
using Session.Protocol.Accounts;
using Session.Protocol.LocalNetwork.Storage;

namespace Session.Protocol.LocalNetwork.Rpc;

/// <summary>Who asks: the account, and the keys and signatures that came with the request (protocol/21 §2).</summary>
internal sealed record Authentication(
    string Account, Ed25519PublicKey? Ed25519Key, byte[]? Signature, SubaccountToken? Subaccount, byte[]? SubaccountSignature)
{
    public bool Verify(MessageStore store, string text, SubaccountRights rights, bool evenIfRevoked = false) =>
        Verify(store, Encoding.ASCII.GetBytes(text), rights, evenIfRevoked);

    /// <summary>True when the signature over the text is good and its signer may do this to the account.</summary>
    public bool Verify(MessageStore store, ReadOnlySpan<byte> text, SubaccountRights rights, bool evenIfRevoked = false)
    {
        if (Signature is null || AccountKey() is not { } key)
        {
            return false;
        }

        if (Subaccount is not { } token)
        {
            return key.Verify(text, Signature);
        }

        bool fitsAccount = (byte)token.Prefix == Convert.FromHexString(Account)[0] || token.Rights.HasFlag(SubaccountRights.AnyPrefix);
        return rights != SubaccountRights.None
            && fitsAccount
            && token.Rights.HasFlag(rights)
            && (evenIfRevoked || !store.IsRevoked(Account, token))
            && key.Verify(token.AsSpan(), SubaccountSignature)
            && token.Key.Verify(text, Signature);
    }

    // A 05 account is an X25519 key, so the Ed25519 key has to be given and its image compared. Without it the server takes
    // the X25519 bytes for an Ed25519 key, and the check fails (recorded entry 77).
    private Ed25519PublicKey? AccountKey()
    {
        ReadOnlySpan<byte> bytes = Convert.FromHexString(Account).AsSpan(1);
        if (Ed25519Key is not { } given)
        {
            return new Ed25519PublicKey(bytes);
        }

        return given.TryToX25519(out X25519PublicKey image) && image.AsSpan().SequenceEqual(bytes) ? given : null;
    }
}
