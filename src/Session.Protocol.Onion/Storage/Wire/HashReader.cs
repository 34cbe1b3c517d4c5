using System.Text.Json;
using Session.Protocol.Onion.Json;

namespace Session.Protocol.Onion.Storage.Wire;

/// <summary>Reads the lists and maps of message hashes in answers.</summary>
internal static class HashReader
{
    /// <summary>An array of message hashes; null when it is none or when anything in it is no hash.</summary>
    public static string[]? ReadList(JsonElement array)
    {
        if (array.ValueKind != JsonValueKind.Array || array.GetArrayLength() > StorageLimits.MaxMessages)
        {
            return null;
        }

        string[] hashes = new string[array.GetArrayLength()];
        int count = 0;
        foreach (JsonElement item in array.EnumerateArray())
        {
            if (!item.TryReadText(out string? hash) || !MessageHash.IsWellFormed(hash))
            {
                return null;
            }

            hashes[count++] = hash;
        }

        return hashes;
    }

    /// <summary>An object of message hash to milliseconds; null when it is none or when anything in it is something else.</summary>
    public static Dictionary<string, long>? ReadExpiries(JsonElement map)
    {
        if (map.ValueKind != JsonValueKind.Object || map.GetPropertyCount() > StorageLimits.MaxMessages)
        {
            return null;
        }

        var expiries = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (JsonProperty item in map.EnumerateObject())
        {
            if (!MessageHash.IsWellFormed(item.Name) || item.Value.ValueKind != JsonValueKind.Number || !item.Value.TryGetInt64(out long expiry))
            {
                return null;
            }

            expiries[item.Name] = expiry;
        }

        return expiries;
    }
}
