using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Session.Protocol.Onion.Json;

/// <summary>Reads JSON that a stranger wrote: a member of another type counts as absent, and nothing throws out of <see cref="Read"/>.</summary>
internal static class JsonText
{
    /// <summary>Nested levels; the deepest real answer (a node list with contributors, inside a batch) has eleven.</summary>
    private const int MaxDepth = 16;

    /// <summary>Keys and signatures: 64 bytes are 88 characters.</summary>
    private const int MaxShortBase64 = 128;

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = MaxDepth };

    /// <summary>
    /// Parses and reads in one step; null for what cannot be read. The framework reports bad JSON with JsonException, and names and
    /// strings that are no valid text, only when they are looked at, with InvalidOperationException.
    /// </summary>
    public static T? Read<T>(ReadOnlyMemory<byte> utf8, Func<JsonElement, T?> read)
        where T : class
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(utf8, Options);
            return read(document.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>A member of any type; false also when the element is not an object.</summary>
    public static bool TryGet(this JsonElement element, ReadOnlySpan<byte> name, out JsonElement value)
    {
        value = default;
        return element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out value);
    }

    /// <summary>A member of one type.</summary>
    public static bool TryGet(this JsonElement element, ReadOnlySpan<byte> name, JsonValueKind kind, out JsonElement value) =>
        element.TryGet(name, out value) && value.ValueKind == kind;

    /// <summary>A text.</summary>
    public static bool TryGetText(this JsonElement element, ReadOnlySpan<byte> name, [NotNullWhen(true)] out string? text)
    {
        text = null;
        return element.TryGet(name, out JsonElement value) && value.TryReadText(out text);
    }

    /// <summary>The element itself as text; false also for bytes that are not UTF-8 and for half surrogate pairs.</summary>
    public static bool TryReadText(this JsonElement value, [NotNullWhen(true)] out string? text)
    {
        try
        {
            text = value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        }
        catch (InvalidOperationException)
        {
            // One bad entry of a list is left out; it must not take the others with it.
            text = null;
        }

        return text is not null;
    }

    /// <summary>The element itself as bytes in padded base64; false also where <see cref="TryReadText"/> is.</summary>
    public static bool TryReadBytes(this JsonElement value, [NotNullWhen(true)] out byte[]? bytes)
    {
        bytes = null;
        try
        {
            return value.ValueKind == JsonValueKind.String && value.TryGetBytesFromBase64(out bytes);
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>A whole number of 64 bits; null when it is none.</summary>
    public static long? GetInteger(this JsonElement element, ReadOnlySpan<byte> name) =>
        element.TryGet(name, JsonValueKind.Number, out JsonElement value) && value.TryGetInt64(out long number) ? number : null;

    /// <summary>A flag as the entry node writes it (true) or as it came from another member (1).</summary>
    public static bool GetFlag(this JsonElement element, ReadOnlySpan<byte> name) =>
        element.TryGet(name, JsonValueKind.True, out _) || element.GetInteger(name) is { } number && number != 0;

    /// <summary>Base64 of the standard alphabet, with or without padding, of a key or a signature.</summary>
    public static bool TryDecodeBase64(ReadOnlySpan<char> text, Span<byte> destination, out int written)
    {
        Span<char> padded = stackalloc char[MaxShortBase64];
        written = 0;
        if (text.Length > MaxShortBase64 - 2 || text.Length % 4 == 1)
        {
            return false;
        }

        text.CopyTo(padded);
        int length = text.Length;
        for (; length % 4 != 0; length++)
        {
            padded[length] = '=';
        }

        return Convert.TryFromBase64Chars(padded[..length], destination, out written);
    }
}
