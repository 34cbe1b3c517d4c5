namespace Session.Protocol.Conformance;

/// <summary>The result of one vector file.</summary>
public sealed record FileReport(string File, int Passed, int Failed, int Skipped, IReadOnlyList<string> Failures)
{
    public override string ToString() => $"{File}: passed {Passed}, failed {Failed}, skipped {Skipped}";
}
