using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Unicode;

namespace Session.Protocol.LocalNetwork.Rpc;

/// <summary>
/// JSON as the storage server takes it: every text must be valid Unicode. The framework's reader finds that out only when a text
/// is read, and then throws.
/// </summary>
internal static class StrictJson
{
    public static bool TryParse(ReadOnlyMemory<byte> body, [NotNullWhen(true)] out JsonDocument? document)
    {
        document = null;
        try
        {
            if (Utf8.IsValid(body.Span) && AreEscapesWhole(body.Span))
            {
                document = JsonDocument.Parse(body);
            }
        }
        catch (JsonException)
        {
            return false;
        }

        return document is not null;
    }

    // Half of a surrogate pair, written as an escape.
    private static bool AreEscapesWhole(ReadOnlySpan<byte> body)
    {
        if (body.IndexOf("\\u"u8) < 0)
        {
            return true;
        }

        var reader = new Utf8JsonReader(body);
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.ValueIsEscaped)
                {
                    _ = reader.GetString();
                }
            }

            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
