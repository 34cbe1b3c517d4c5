using System.Text;

namespace Session.Protocol.Onion.Storage.Wire;

/// <summary>Refusal texts of nodes, made safe to keep: short, one line, no control characters.</summary>
internal static class ErrorText
{
    public static string Read(ReadOnlySpan<byte> body) =>
        Shorten(Encoding.UTF8.GetString(body[..Math.Min(body.Length, StorageLimits.MaxErrorText)]));

    public static string Shorten(string text) => string.Create(Math.Min(text.Length, StorageLimits.MaxErrorText), text, static (result, source) =>
    {
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = char.IsControl(source[i]) ? ' ' : source[i];
        }
    }).Trim();
}
