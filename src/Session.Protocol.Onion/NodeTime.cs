using System.Text.Json;
using Session.Protocol.Onion.Json;

namespace Session.Protocol.Onion;

/// <summary>The <c>info</c> call, the smallest thing to ask a node: is it there, and what time is it there (protocol/20 §6)?</summary>
internal static class NodeTime
{
    /// <summary>1 January 2021: a clock before it is no clock. Desktop has the same limit.</summary>
    private const long Earliest = 1_609_459_200_000;

    /// <summary>1 January 2200, so that no sum overflows.</summary>
    private const long Latest = 7_258_118_400_000;

    public static ReadOnlyMemory<byte> Request { get; } = """{"method":"info","params":{}}"""u8.ToArray();

    /// <summary>The node's clock in milliseconds since 1970.</summary>
    public static bool TryReadTime(ReadOnlyMemory<byte> body, out long milliseconds)
    {
        milliseconds = 0;
        if (!JsonText.TryParse(body, out JsonDocument? document))
        {
            return false;
        }

        using (document)
        {
            bool found = JsonText.TryGetInt64(document.RootElement, "t", out milliseconds) || JsonText.TryGetInt64(document.RootElement, "timestamp", out milliseconds);
            return found && IsPlausible(milliseconds);
        }
    }

    public static bool IsPlausible(long milliseconds) => milliseconds is >= Earliest and <= Latest;
}
