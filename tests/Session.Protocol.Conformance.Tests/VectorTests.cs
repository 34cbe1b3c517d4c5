using Session.Protocol.Conformance;

namespace Session.Protocol.Conformance.Tests;

public class VectorTests
{
    public static TheoryData<string> Files => [.. ConformanceRunner.KnownFiles.Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Files))]
    public void Run_RepositoryVectors_NoCaseFails(string file)
    {
        FileReport report = ConformanceRunner.Run(Path.Combine(VectorFolder.Path, file + ".json"));

        Assert.Empty(report.Failures);
        Assert.NotEqual(0, report.Passed);
    }
}
