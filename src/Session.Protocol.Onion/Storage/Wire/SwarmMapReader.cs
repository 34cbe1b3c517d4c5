using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using Session.Protocol.Accounts;
using Session.Protocol.Onion.Json;
using Session.Protocol.Onion.Storage.Results;

namespace Session.Protocol.Onion.Storage.Wire;

/// <summary>Reads the map of swarm members in an answer and checks each member's signature (protocol/21 §6).</summary>
internal static class SwarmMapReader
{
    private const int SignatureSize = 64;

    /// <summary>Reads the fields of one successful entry and builds the text that the member signed; null for a malformed entry.</summary>
    public delegate (MemberAnswer Answer, byte[] SignedText)? EntryReader(JsonElement entry, MemberAnswer blank);

    public static SwarmResult? Read(JsonElement body, ReplyContext context, EntryReader readEntry)
    {
        if (!body.TryGet("swarm"u8, JsonValueKind.Object, out JsonElement map) || map.GetPropertyCount() > StorageLimits.MaxSwarmMembers)
        {
            return null;
        }

        var members = new List<MemberAnswer>();
        var seen = new HashSet<Ed25519PublicKey>();
        foreach (JsonProperty property in map.EnumerateObject())
        {
            // A key that stands there twice, say in both cases of hex, is one member.
            if (Ed25519PublicKey.TryParse(property.Name, out Ed25519PublicKey key) && seen.Add(key))
            {
                members.Add(ReadMember(property.Value, key, context, readEntry));
            }
        }

        return new SwarmResult(members);
    }

    private static MemberAnswer ReadMember(JsonElement entry, Ed25519PublicKey key, ReplyContext context, EntryReader readEntry)
    {
        if (entry.GetFlag("failed"u8))
        {
            return new MemberAnswer(key, entry.GetFlag("timeout"u8) ? MemberOutcome.TimedOut : MemberOutcome.Failed)
            {
                Code = ReadCode(entry),
                Reason = entry.TryGetText("reason"u8, out string? reason) ? ErrorText.Shorten(reason) : null,
            };
        }

        var verified = new MemberAnswer(key, context.IsMember(key) ? MemberOutcome.Confirmed : MemberOutcome.Stranger);
        return TryReadSignature(entry, out byte[]? signature) && readEntry(entry, verified) is var (answer, text) && key.Verify(text, signature)
            ? answer
            : new MemberAnswer(key, MemberOutcome.Unverified);
    }

    private static bool TryReadSignature(JsonElement entry, [NotNullWhen(true)] out byte[]? signature)
    {
        signature = null;
        if (!entry.TryGet("signature"u8, JsonValueKind.String, out JsonElement value))
        {
            return false;
        }

        if (!value.TryReadBytes(out signature))
        {
            // Without padding.
            signature = new byte[SignatureSize];
            return value.TryReadText(out string? text) && JsonText.TryDecodeBase64(text, signature, out int written) && written == SignatureSize;
        }

        return signature.Length == SignatureSize;
    }

    // Real nodes write the code of a failed member as text.
    private static int? ReadCode(JsonElement entry)
    {
        if (entry.TryGetText("code"u8, out string? text))
        {
            return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int code) ? code : null;
        }

        return entry.GetInteger("code"u8) is >= 0 and <= int.MaxValue and var number ? (int)number : null;
    }
}
