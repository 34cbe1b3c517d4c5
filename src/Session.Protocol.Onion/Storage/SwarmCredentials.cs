using System.Text.Json;
using Session.Protocol.Accounts;

namespace Session.Protocol.Onion.Storage;

/// <summary>
/// The right to act on an account's mailboxes: as its owner, as admin of a group, or as a member of a group
/// (protocol/21 §2). Safe for concurrent use. Refers to the key it was made with and does not dispose it.
/// </summary>
public abstract class SwarmCredentials
{
    private protected SwarmCredentials(AccountId account) => Account = account;

    /// <summary>The account whose mailboxes these are.</summary>
    public AccountId Account { get; }

    /// <summary>The owner of an account, prefix <c>05</c>.</summary>
    /// <param name="identity">Must stay undisposed while requests are made.</param>
    /// <returns>The credentials.</returns>
    public static SwarmCredentials ForAccount(SessionIdentity identity)
    {
        ArgumentNullException.ThrowIfNull(identity);
        return new AccountCredentials(identity);
    }

    /// <summary>An admin of a group, prefix <c>03</c>.</summary>
    /// <param name="key">Must stay undisposed while requests are made.</param>
    /// <returns>The credentials.</returns>
    public static SwarmCredentials ForGroupAdmin(GroupAdminKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return new GroupAdminCredentials(key);
    }

    /// <summary>A member of a group with a subaccount token. Cannot revoke tokens.</summary>
    /// <param name="signer">Must stay undisposed while requests are made.</param>
    /// <returns>The credentials.</returns>
    public static SwarmCredentials ForSubaccount(SubaccountSigner signer)
    {
        ArgumentNullException.ThrowIfNull(signer);
        return new SubaccountCredentials(signer);
    }

    /// <summary>Whether the account's own key signs; revocations accept nothing else.</summary>
    internal virtual bool IsAccountKey => true;

    /// <summary>Signs one text.</summary>
    internal abstract void Sign(ReadOnlySpan<byte> text, Span<byte> signature);

    /// <summary>Writes what a node needs beside the signature to check it.</summary>
    internal void WriteProof(Utf8JsonWriter writer) => WriteProof(writer, "pubkey_ed25519"u8);

    /// <summary>The same for a server that has another name for an account's Ed25519 key.</summary>
    internal abstract void WriteProof(Utf8JsonWriter writer, ReadOnlySpan<byte> keyName);

    private sealed class AccountCredentials(SessionIdentity identity) : SwarmCredentials(identity.AccountId)
    {
        internal override void Sign(ReadOnlySpan<byte> text, Span<byte> signature) => identity.Sign(text, signature);

        internal override void WriteProof(Utf8JsonWriter writer, ReadOnlySpan<byte> keyName) => writer.WriteString(keyName, identity.SigningKey.ToString());
    }

    private sealed class GroupAdminCredentials(GroupAdminKey key) : SwarmCredentials(key.GroupId)
    {
        internal override void Sign(ReadOnlySpan<byte> text, Span<byte> signature) => key.Sign(text, signature);

        internal override void WriteProof(Utf8JsonWriter writer, ReadOnlySpan<byte> keyName)
        {
            // The key is in the group's id.
        }
    }

    private sealed class SubaccountCredentials(SubaccountSigner signer) : SwarmCredentials(signer.Account)
    {
        internal override bool IsAccountKey => false;

        internal override void Sign(ReadOnlySpan<byte> text, Span<byte> signature) => signer.Sign(text, signature);

        internal override void WriteProof(Utf8JsonWriter writer, ReadOnlySpan<byte> keyName)
        {
            writer.WriteString("subaccount"u8, signer.Token.ToString());
            writer.WriteBase64String("subaccount_sig"u8, signer.AccountSignature.Span);
        }
    }
}
