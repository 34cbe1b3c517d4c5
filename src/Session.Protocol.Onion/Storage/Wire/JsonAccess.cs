using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Session.Protocol.Onion.Storage.Wire;

/// <summary>Reads members of a peer's JSON: a member of another type counts as absent.</summary>
internal static class JsonAccess
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = StorageLimits.MaxJsonDepth };

    /// <summary>
    /// Parses and reads in one step, so that nothing a peer sends can throw: the framework reports bad JSON with JsonException and
    /// strings that are no valid text (only when they are read) with InvalidOperationException.
    /// </summary>
    public static T? Read<T>(ReadOnlyMemory<byte> body, Func<JsonElement, T?> read)
        where T : class
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(body, Options);
            return read(document.RootElement);
        }
        catch (JsonException)
        {
            return null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    public static bool TryGet(this JsonElement element, ReadOnlySpan<byte> name, JsonValueKind kind, out JsonElement value)
    {
        value = default;
        return element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out value) && value.ValueKind == kind;
    }

    public static bool TryGetText(this JsonElement element, ReadOnlySpan<byte> name, [NotNullWhen(true)] out string? text)
    {
        text = element.TryGet(name, JsonValueKind.String, out JsonElement value) ? value.GetString() : null;
        return text is not null;
    }

    public static long? GetInteger(this JsonElement element, ReadOnlySpan<byte> name) =>
        element.TryGet(name, JsonValueKind.Number, out JsonElement value) && value.TryGetInt64(out long number) ? number : null;

    /// <summary>A flag as the entry node writes it (true) or as it came from another member (1).</summary>
    public static bool GetFlag(this JsonElement element, ReadOnlySpan<byte> name) =>
        element.TryGet(name, JsonValueKind.True, out _) || element.GetInteger(name) is { } number && number != 0;

    /// <summary>An array of message hashes; null when absent or when anything in it is no hash.</summary>
    public static string[]? GetHashes(JsonElement array)
    {
        if (array.ValueKind != JsonValueKind.Array || array.GetArrayLength() > StorageLimits.MaxMessages)
        {
            return null;
        }

        string[] hashes = new string[array.GetArrayLength()];
        int count = 0;
        foreach (JsonElement item in array.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.String || !MessageHash.IsWellFormed(item.GetString()))
            {
                return null;
            }

            hashes[count++] = item.GetString()!;
        }

        return hashes;
    }

    /// <summary>An object of message hash to milliseconds; null when anything in it is something else.</summary>
    public static Dictionary<string, long>? GetExpiries(JsonElement map)
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
