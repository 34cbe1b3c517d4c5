namespace Session.Protocol.Benchmarks.Growth;

/// <summary>How the cost of an operation grows with one quantity.</summary>
/// <param name="Name">The operation.</param>
/// <param name="At">Makes the operation at one point of the axis; what it prepares is not measured.</param>
internal sealed record GrowthSeries(string Name, Func<int, Action> At);
