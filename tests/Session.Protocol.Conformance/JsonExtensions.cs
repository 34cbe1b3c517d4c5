using System.Text.Json;

namespace Session.Protocol.Conformance;

/// <summary>Reads the value forms of the vector files.</summary>
public static class JsonExtensions
{
    /// <summary>A byte string in hex.</summary>
    public static byte[] Hex(this JsonElement element, string name) => Convert.FromHexString(element.GetProperty(name).GetString()!);

    /// <summary>A byte string in hex, or null where the value is null or absent.</summary>
    public static byte[]? HexOrNull(this JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? Convert.FromHexString(value.GetString()!) : null;

    /// <summary>A byte string in standard base64, with or without padding.</summary>
    public static byte[] Base64(this JsonElement element, string name)
    {
        string text = element.GetProperty(name).GetString()!;
        return Convert.FromBase64String(text.PadRight((text.Length + 3) / 4 * 4, '='));
    }

    public static string Text(this JsonElement element, string name) => element.GetProperty(name).GetString()!;

    /// <summary>The text, or null where the value is null or absent.</summary>
    public static string? TextOrNull(this JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>The message of a case: <c>msg</c> in hex, or <c>msg_repeat</c> {unit, count}.</summary>
    public static byte[] Message(this JsonElement element, string name = "msg")
    {
        if (!element.TryGetProperty(name + "_repeat", out JsonElement repeat))
        {
            return element.Hex(name);
        }

        byte[] unit = repeat.Hex("unit");
        int count = repeat.GetProperty("count").GetInt32();
        byte[] message = new byte[unit.Length * count];
        for (int i = 0; i < count; i++)
        {
            unit.CopyTo(message, i * unit.Length);
        }

        return message;
    }
}
