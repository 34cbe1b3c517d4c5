using System.Text.Json;

namespace Session.Protocol.Conformance;

/// <summary>
/// A file in the common shape of README-libsession.md: <c>cases</c> with <c>id</c>, <c>kind</c>, <c>expect</c>, <c>in</c> and <c>out</c>.
/// </summary>
public abstract class KindSuite(params string[] files) : IVectorSuite
{
    public IReadOnlyList<string> Files { get; } = files;

    public IEnumerable<VectorCase> Read(JsonElement root)
    {
        foreach (JsonElement item in root.GetProperty("cases").EnumerateArray())
        {
            bool accept = item.GetProperty("expect").GetString() == "accept";
            JsonElement output = item.TryGetProperty("out", out JsonElement found) ? found : default;
            var @case = new KindCase(item.GetProperty("kind").GetString()!, accept, item.GetProperty("in"), output);
            yield return new VectorCase(item.GetProperty("id").GetString()!, () => RunOrRefuse(@case));
        }
    }

    /// <summary>Runs one case. For <c>reject</c> cases the operation must refuse, in whatever way.</summary>
    protected abstract CaseOutcome Run(KindCase @case);

    // Bytes of a wrong length are misuse in this library, and misuse throws.
    private CaseOutcome RunOrRefuse(KindCase @case)
    {
        try
        {
            return Run(@case);
        }
        catch (Exception e) when (!@case.Accept && e is (ArgumentException or FormatException))
        {
            return CaseOutcome.Passed;
        }
    }

    /// <summary>A case that this library has no feature for yet.</summary>
    protected static CaseOutcome Unknown(KindCase @case) => CaseOutcome.Skipped($"kind {@case.Kind} is not implemented");
}
