using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Session.Protocol.Onion.Json;

/// <summary>Reads JSON that a stranger wrote: answers false where the framework's reader would throw.</summary>
internal static class JsonText
{
    /// <summary>Parses a whole document. The caller disposes it.</summary>
    public static bool TryParse(ReadOnlyMemory<byte> utf8, [NotNullWhen(true)] out JsonDocument? document)
    {
        try
        {
            document = JsonDocument.Parse(utf8);
            return true;
        }
        catch (JsonException)
        {
            document = null;
            return false;
        }
    }

    /// <summary>The value of a key; false also when the element is not an object.</summary>
    public static bool TryGet(JsonElement element, string name, out JsonElement value)
    {
        value = default;
        return element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out value);
    }

    /// <summary>A text value.</summary>
    public static bool TryGetText(JsonElement element, string name, [NotNullWhen(true)] out string? text)
    {
        text = null;
        return TryGet(element, name, out JsonElement value) && TryReadText(value, out text);
    }

    /// <summary>The element itself as text.</summary>
    public static bool TryReadText(JsonElement value, [NotNullWhen(true)] out string? text)
    {
        text = null;
        if (value.ValueKind != JsonValueKind.String)
        {
            return false;
        }

        try
        {
            text = value.GetString()!;
            return true;
        }
        catch (InvalidOperationException)
        {
            // The framework's answer to bytes that are not UTF-8 and to half surrogate pairs.
            return false;
        }
    }

    /// <summary>The name of an object's member.</summary>
    public static bool TryReadName(JsonProperty member, [NotNullWhen(true)] out string? name)
    {
        try
        {
            name = member.Name;
            return true;
        }
        catch (InvalidOperationException)
        {
            // As above.
            name = null;
            return false;
        }
    }

    /// <summary>A whole number of 32 bits.</summary>
    public static bool TryGetInt32(JsonElement element, string name, out int number)
    {
        number = 0;
        return TryGet(element, name, out JsonElement value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out number);
    }

    /// <summary>A whole number of 64 bits.</summary>
    public static bool TryGetInt64(JsonElement element, string name, out long number)
    {
        number = 0;
        return TryGet(element, name, out JsonElement value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out number);
    }

    /// <summary>Base64 of the standard alphabet, with or without padding.</summary>
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

    /// <summary>Keys and signatures: 64 bytes are 88 characters.</summary>
    private const int MaxShortBase64 = 128;
}
