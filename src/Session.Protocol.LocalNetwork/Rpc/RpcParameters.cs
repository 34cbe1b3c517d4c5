using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using Session.Protocol.Accounts;
using Session.Protocol.LocalNetwork.Storage;
using Session.Protocol.Onion.Swarms;

namespace Session.Protocol.LocalNetwork.Rpc;

/// <summary>The <c>params</c> object of a request, read field by field with the storage server's own complaints (protocol/21 §2).</summary>
internal readonly struct RpcParameters(JsonElement json)
{
    private const int AccountLength = 66;
    private const int SignatureSize = 64;

    public bool Has(string name) => json.TryGetProperty(name, out _);

    [DoesNotReturn]
    public static void Missing(string name) => throw new RefusedException($"Required field '{name}' missing");

    [DoesNotReturn]
    private static void Invalid(string name, string expected) => throw new RefusedException($"Invalid value given for '{name}': {expected}");

    public JsonElement? Optional(string name) => json.TryGetProperty(name, out JsonElement value) ? value : null;

    public JsonElement Required(string name)
    {
        if (!json.TryGetProperty(name, out JsonElement value))
        {
            Missing(name);
        }

        return value;
    }

    public string? Text(string name)
    {
        if (Optional(name) is not { } value)
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.String)
        {
            Invalid(name, "expected string");
        }

        return value.GetString();
    }

    public bool Flag(string name)
    {
        if (Optional(name) is not { } value)
        {
            return false;
        }

        if (value.ValueKind is not (JsonValueKind.True or JsonValueKind.False))
        {
            Invalid(name, "expected boolean");
        }

        return value.ValueKind == JsonValueKind.True;
    }

    /// <summary>A JSON integer; <c>store</c> alone also takes decimal text.</summary>
    public long? Integer(string name, bool alsoText = false)
    {
        if (Optional(name) is not { } value)
        {
            return null;
        }

        if (alsoText && value.ValueKind == JsonValueKind.String
            && long.TryParse(value.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out long parsed))
        {
            return parsed;
        }

        return ToInteger(name, value);
    }

    public long RequiredInteger(string name)
    {
        if (Integer(name) is not { } value)
        {
            Missing(name);
            return 0;
        }

        return value;
    }

    /// <summary>One integer, or an array of integers.</summary>
    public long[] RequiredIntegers(string name)
    {
        JsonElement value = Required(name);
        return value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray().Select(item => ToInteger(name, item))] : [ToInteger(name, value)];
    }

    public SwarmNamespace? Namespace()
    {
        if (Optional("namespace") is not { } value)
        {
            return null;
        }

        if (value.ValueKind != JsonValueKind.Number || !value.TryGetInt64(out long number))
        {
            Invalid("namespace", "expected 16-bit integer");
            return null;
        }

        if (number is < short.MinValue or > short.MaxValue)
        {
            Invalid("namespace", "value out of range");
        }

        return new SwarmNamespace((short)number);
    }

    /// <summary>One namespace, or null for the word <c>all</c>. Absent means 0.</summary>
    public SwarmNamespace? NamespaceOrAll() =>
        Optional("namespace") is { ValueKind: JsonValueKind.String } text && text.ValueEquals("all") ? null : Namespace() ?? SwarmNamespace.Default;

    /// <summary>The account, as 66 lower-case digits.</summary>
    public string Account(string complaint = "Pubkey must be 66 hex digits (33 bytes) long")
    {
        if (Has("pubkey") && Has("pubKey"))
        {
            throw new RefusedException("Cannot specify both 'pubKey' and 'pubkey'");
        }

        string? text = Text("pubkey") ?? Text("pubKey");
        if (text is null)
        {
            Missing("pubkey");
        }

        if (text.Length != AccountLength || !text.All(char.IsAsciiHexDigit))
        {
            throw new RefusedException(complaint);
        }

        return text.ToLowerInvariant();
    }

    /// <summary>Message hashes: one text or an array of texts.</summary>
    public string[] Hashes()
    {
        string[] hashes = Texts("messages");
        foreach (string hash in hashes)
        {
            if (!MessageHash.IsWellFormed(hash))
            {
                throw new RefusedException($"invalid message hash: {hash}");
            }
        }

        return hashes;
    }

    /// <summary>Subaccount tokens, in base64 or hexadecimal: one text or an array of at most fifty.</summary>
    public SubaccountToken[] Tokens(string name)
    {
        string[] texts = Texts(name);
        return texts.Length is 0 or > Mailbox.MaxRevocations
            ? throw new RefusedException($"Invalid value given for '{name}': expected 1 to {Mailbox.MaxRevocations} subaccount tokens")
            : [.. texts.Select(text => Token(name, text))];
    }

    /// <summary>Everything about who asks. Without <paramref name="signatureRequired"/> an absent signature is left to the method.</summary>
    public Authentication Authentication(string account, bool signatureRequired)
    {
        if (signatureRequired && !Has("signature"))
        {
            Missing("signature");
        }

        Ed25519PublicKey? key = null;
        if (Text("pubkey_ed25519") is { } hex)
        {
            if (!account.StartsWith("05", StringComparison.Ordinal))
            {
                throw new RefusedException("pubkey_ed25519 is only permitted for 05[...] pubkeys");
            }

            key = Ed25519PublicKey.TryParse(hex, out Ed25519PublicKey parsed)
                ? parsed
                : throw new RefusedException("pubkey_ed25519 must be 64 hex digits (32 bytes) long");
        }

        SubaccountToken? token = Text("subaccount") is { } text ? Token("subaccount", text) : null;
        if (token is not null && !Has("subaccount_sig"))
        {
            Missing("subaccount_sig");
        }

        return new Authentication(account, key, Signature("signature"), token, Signature("subaccount_sig"));
    }

    private static long ToInteger(string name, JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Number || !value.TryGetInt64(out long number))
        {
            Invalid(name, "expected integer");
            return 0;
        }

        return number;
    }

    private static SubaccountToken Token(string name, string text)
    {
        byte[]? bytes = text.Length == 2 * SubaccountToken.Size && text.All(char.IsAsciiHexDigit) ? Convert.FromHexString(text)
            : Base64Text.TryDecode(text, out byte[] decoded) ? decoded : null;
        return SubaccountToken.TryCreate(bytes, out SubaccountToken token)
            ? token
            : throw new RefusedException($"Invalid value given for '{name}': expected a 36-byte subaccount token in base64 or hex");
    }

    private byte[]? Signature(string name)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        return Base64Text.TryDecode(text, out byte[] bytes) && bytes.Length == SignatureSize
            ? bytes
            : throw new RefusedException($"invalid {name}: expected base64 encoded Ed25519 signature");
    }

    private string[] Texts(string name)
    {
        JsonElement value = Required(name);
        JsonElement[] items = value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()] : [value];
        if (items.Any(item => item.ValueKind != JsonValueKind.String))
        {
            Invalid(name, "expected string array");
        }

        return [.. items.Select(item => item.GetString()!)];
    }
}
