using System.Text.Json;
using Session.Protocol.Accounts;
using Session.Protocol.Onion.Storage;

namespace Session.Protocol.Onion.Tests.Storage;

/// <summary>
/// Credentials of a recorded request: "signs" with the recorded signature and fails the test when that signature is not of the text
/// that this library would sign. So a recorded request that the real server accepted checks our texts.
/// </summary>
internal sealed class RecordedCredentials(AccountId account, JsonElement parameters, bool check) : SwarmCredentials(account)
{
    internal override bool IsAccountKey => !parameters.TryGetProperty("subaccount", out _);

    internal override void Sign(ReadOnlySpan<byte> text, Span<byte> signature)
    {
        string recorded = parameters.GetProperty("signature").GetString()!;
        Convert.FromBase64String(recorded.PadRight(88, '=')).CopyTo(signature);
        if (check)
        {
            Assert.True(Key().Verify(text, signature), "The recorded signature is of another text.");
        }
    }

    internal override void WriteProof(Utf8JsonWriter writer, ReadOnlySpan<byte> keyName)
    {
        foreach (string name in (string[])["pubkey_ed25519", "subaccount", "subaccount_sig"])
        {
            if (parameters.TryGetProperty(name, out JsonElement value))
            {
                writer.WriteString(name, value.GetString());
            }
        }
    }

    private Ed25519PublicKey Key()
    {
        if (parameters.TryGetProperty("pubkey_ed25519", out JsonElement key))
        {
            return Ed25519PublicKey.Parse(key.GetString());
        }

        AccountId id = Account;
        return parameters.TryGetProperty("subaccount", out JsonElement token)
            ? new Ed25519PublicKey(Convert.FromBase64String(token.GetString()!).AsSpan(4))
            : new Ed25519PublicKey(id.KeySpan());
    }
}
