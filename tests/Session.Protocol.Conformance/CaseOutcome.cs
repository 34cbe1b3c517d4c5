namespace Session.Protocol.Conformance;

/// <summary>How a case ended. A failure says what was expected and what came.</summary>
public sealed record CaseOutcome(CaseVerdict Verdict, string Reason)
{
    public static CaseOutcome Passed { get; } = new(CaseVerdict.Passed, string.Empty);

    public static CaseOutcome Failed(string reason) => new(CaseVerdict.Failed, reason);

    public static CaseOutcome Skipped(string reason) => new(CaseVerdict.Skipped, reason);

    /// <summary>Passed when the condition holds.</summary>
    public static CaseOutcome When(bool condition, string otherwise) => condition ? Passed : Failed(otherwise);

    /// <summary>Passed when both byte strings are equal.</summary>
    public static CaseOutcome WhenEqual(string what, ReadOnlySpan<byte> expected, ReadOnlySpan<byte> actual) => expected.SequenceEqual(actual)
        ? Passed
        : Failed($"{what}: expected {Convert.ToHexStringLower(expected)}, got {Convert.ToHexStringLower(actual)}");

    /// <summary>The first outcome that did not pass, or passed.</summary>
    public static CaseOutcome All(params ReadOnlySpan<CaseOutcome> outcomes)
    {
        foreach (CaseOutcome outcome in outcomes)
        {
            if (outcome.Verdict != CaseVerdict.Passed)
            {
                return outcome;
            }
        }

        return Passed;
    }
}
