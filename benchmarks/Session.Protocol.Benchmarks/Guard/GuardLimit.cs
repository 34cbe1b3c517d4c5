using System.Text.Json;

namespace Session.Protocol.Benchmarks.Guard;

/// <summary>What an operation may cost.</summary>
/// <param name="Ratio">Most time, as a multiple of the floor in the same run; null where there is no floor.</param>
/// <param name="Bytes">Most bytes allocated per call, exactly.</param>
internal sealed record GuardLimit(double? Ratio, long Bytes)
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web) { ReadCommentHandling = JsonCommentHandling.Skip };

    public static IReadOnlyDictionary<string, GuardLimit> Read(string file) =>
        JsonSerializer.Deserialize<Dictionary<string, GuardLimit>>(File.ReadAllText(file), Format)!;
}
