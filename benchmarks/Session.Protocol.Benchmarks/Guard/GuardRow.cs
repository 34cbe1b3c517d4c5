namespace Session.Protocol.Benchmarks.Guard;

/// <summary>An operation, what it was measured to cost and what it may cost.</summary>
internal sealed record GuardRow(string Name, GuardMeasurement Measured, GuardLimit Limit)
{
    public bool IsWithin => !(Measured.Ratio > Limit.Ratio) && Measured.Bytes <= Limit.Bytes;
}
