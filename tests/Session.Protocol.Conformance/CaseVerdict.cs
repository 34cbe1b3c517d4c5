namespace Session.Protocol.Conformance;

public enum CaseVerdict
{
    Passed,
    Failed,
    Skipped,
}
