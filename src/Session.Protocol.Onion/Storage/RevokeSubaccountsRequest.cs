using System.Text.Json;
using Session.Protocol.Accounts;
using Session.Protocol.Onion.Json;
using Session.Protocol.Onion.Storage.Results;
using Session.Protocol.Onion.Storage.Wire;

namespace Session.Protocol.Onion.Storage;

/// <summary>
/// Takes the rights of subaccount tokens away, or gives them back (protocol/21 §7.9). Nodes that hold no message of the account
/// answer success and forget it: store something first.
/// </summary>
internal sealed class RevokeSubaccountsRequest : SwarmRequest
{
    private readonly SubaccountToken[] _tokens;
    private readonly bool _undo;

    private RevokeSubaccountsRequest(SwarmCredentials credentials, IEnumerable<SubaccountToken> tokens, bool undo)
        : base(credentials)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        _tokens = [.. tokens];
        _undo = undo;
        if (!credentials.IsAccountKey)
        {
            throw new ArgumentException("Only the account's own key can revoke.", nameof(credentials));
        }

        if (_tokens.Length is 0 or > StorageLimits.MaxRevokedTokens)
        {
            throw new ArgumentException($"Expected 1 to {StorageLimits.MaxRevokedTokens} tokens, got {_tokens.Length}.", nameof(tokens));
        }
    }

    internal override string Method => _undo ? "unrevoke_subaccount" : "revoke_subaccount";

    /// <summary>Takes rights away.</summary>
    /// <param name="credentials">The account's own key.</param>
    /// <param name="tokens">1 to 50 tokens.</param>
    /// <returns>The request.</returns>
    /// <exception cref="ArgumentException">Too many tokens, none, or credentials of a subaccount.</exception>
    public static RevokeSubaccountsRequest Revoke(SwarmCredentials credentials, IEnumerable<SubaccountToken> tokens) => new(credentials, tokens, undo: false);

    /// <summary>Gives rights back.</summary>
    /// <param name="credentials">The account's own key.</param>
    /// <param name="tokens">1 to 50 tokens.</param>
    /// <returns>The request.</returns>
    /// <exception cref="ArgumentException">Too many tokens, none, or credentials of a subaccount.</exception>
    public static RevokeSubaccountsRequest Restore(SwarmCredentials credentials, IEnumerable<SubaccountToken> tokens) => new(credentials, tokens, undo: true);

    internal override void WriteParameters(Utf8JsonWriter writer, long timestamp)
    {
        writer.WriteAccount(Credentials.Account);
        writer.WriteStartArray(_undo ? "unrevoke"u8 : "revoke"u8);
        foreach (SubaccountToken token in _tokens)
        {
            writer.WriteStringValue(token.ToString());
        }

        writer.WriteEndArray();
        writer.WriteNumber("timestamp"u8, timestamp);
        writer.WriteSignature(Credentials, RequestText.Revoke(_undo, timestamp, _tokens));
    }

    private protected override (MemberAnswer Answer, byte[] SignedText)? ReadEntry(JsonElement entry, MemberAnswer blank, long timestamp) =>
        (blank with { Count = entry.GetInteger("count"u8) is >= 0 and <= StorageLimits.MaxRevokedTokens and var count ? (int)count : null },
            MemberText.Revoke(Credentials.Account, timestamp, _tokens));
}
