using Session.Protocol.Storm;

namespace Session.Protocol.Client.Tests.Storm;

/// <summary>
/// Everything goes wrong at once, under a fixed seed, while forty accounts talk. Alone in the process while it runs, because it looks at
/// the process's memory. The ten-minute form is a program: <c>dotnet run -c Release --project tests/Session.Protocol.Storm</c>.
/// </summary>
[CollectionDefinition(nameof(StormTests), DisableParallelization = true)]
[Collection(nameof(StormTests))]
public class StormTests(ITestOutputHelper output)
{
    [Fact]
    public async Task TwentySeconds_NothingLostNothingTwiceAndAllHealthyAgain()
    {
        output.WriteLine($"seed {StormOptions.Short.Seed}");

        StormReport report = await StormRun.ExecuteAsync(StormOptions.Short, output.WriteLine);

        output.WriteLine(report.ToString());
        Assert.Empty(report.Failures);
        Assert.True(report.Events.Count > 10);
    }
}
