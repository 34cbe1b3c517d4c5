using System.Text.Json.Nodes;

namespace Session.Protocol.LocalNetwork.Tests.Transcripts;

/// <summary>
/// Compares two translated answers: every key, value and type must agree, except the values that cannot be the same twice.
/// Signatures are compared in presence only; <see cref="SignedTexts"/> has checked what they cover.
/// </summary>
internal static class AnswerComparer
{
    /// <summary>The node clock moved by some milliseconds while a recorded request ran; here it stands still.</summary>
    private const long ClockTolerance = 1_000;

    /// <summary>Where the answers differ first, or null.</summary>
    public static string? Difference(JsonNode? recorded, JsonNode? local, string path = "$")
    {
        if (recorded?.GetValueKind() != local?.GetValueKind())
        {
            return $"{path}: {recorded?.ToJsonString()} became {local?.ToJsonString()}";
        }

        switch (recorded)
        {
            case JsonObject expected:
                JsonObject actual = local!.AsObject();
                string[] keys = [.. expected.Select(pair => pair.Key).Union(actual.Select(pair => pair.Key), StringComparer.Ordinal)];
                return keys.Select(key => !expected.ContainsKey(key) ? $"{path}.{key} is new"
                    : !actual.ContainsKey(key) ? $"{path}.{key} is missing"
                    : IsTime(key, expected) && Near(expected[key]!, actual[key]!) ? null
                    : key == "signature" ? Difference(expected[key]!.GetValueKind().ToString(), actual[key]!.GetValueKind().ToString(), path)
                    : Difference(expected[key], actual[key], $"{path}.{key}")).FirstOrDefault(difference => difference is not null);
            case JsonArray expected:
                JsonArray items = local!.AsArray();
                return expected.Count != items.Count
                    ? $"{path}: {expected.Count} items became {items.Count}"
                    : expected.Select((item, i) => Difference(item, items[i], $"{path}[{i}]")).FirstOrDefault(difference => difference is not null);
            default:
                return recorded?.ToJsonString() == local?.ToJsonString() ? null : $"{path}: {recorded?.ToJsonString()} became {local?.ToJsonString()}";
        }
    }

    private static string? Difference(string recorded, string local, string path) => recorded == local ? null : $"{path}: {recorded} became {local}";

    // "t" is the node's clock, in info "timestamp" too; an expiry clamped to now + 30 days (entry 98) moves with the clock.
    private static bool IsTime(string key, JsonObject owner) =>
        key == "t" || (key == "timestamp" && owner.ContainsKey("version")) || (key == "expiry" && owner.ContainsKey("updated"));

    private static bool Near(JsonNode recorded, JsonNode local) =>
        recorded is JsonValue expected && local is JsonValue actual && expected.TryGetValue(out long first) && actual.TryGetValue(out long second)
        && Math.Abs(first - second) <= ClockTolerance;
}
