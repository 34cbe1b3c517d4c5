using System.Text.Json;
using Session.Protocol.Onion.Storage.Results;
using Session.Protocol.Onion.Storage.Wire;
using Session.Protocol.Onion.Swarms;

namespace Session.Protocol.Onion.Storage;

/// <summary>A request about every message of a namespace, or of all namespaces (protocol/21 §7.4, §7.5, §7.7).</summary>
internal abstract class BulkRequest : SwarmRequest
{
    private protected BulkRequest(SwarmCredentials credentials, SwarmNamespace? space)
        : base(credentials) => Namespace = space;

    /// <summary>The namespace; null for all of them.</summary>
    public SwarmNamespace? Namespace { get; }

    /// <summary>Name of the list in a member's entry.</summary>
    private protected abstract string ListName { get; }

    /// <summary>The time that members sign.</summary>
    private protected abstract long SignedTime(long timestamp);

    private protected sealed override (MemberAnswer Answer, byte[] SignedText)? ReadEntry(JsonElement entry, MemberAnswer blank, long timestamp) =>
        entry.ValueKind == JsonValueKind.Object && entry.TryGetProperty(ListName, out JsonElement list) && ReadHashes(list) is { } hashes
            ? (blank with { Hashes = hashes }, MemberText.Bulk(Credentials.Account, SignedTime(timestamp), hashes))
            : null;

    // One namespace has a list; all of them have an object with a list for each.
    private static string[]? ReadHashes(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            return HashReader.ReadList(element);
        }

        var all = new List<string>();
        foreach (JsonProperty item in element.EnumerateObject())
        {
            if (HashReader.ReadList(item.Value) is not { } hashes || all.Count + hashes.Length > StorageLimits.MaxMessages)
            {
                return null;
            }

            all.AddRange(hashes);
        }

        return [.. all];
    }
}
