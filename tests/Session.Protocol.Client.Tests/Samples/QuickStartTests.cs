using Session.Protocol.Accounts;
using Network = Session.Protocol.LocalNetwork.LocalNetwork;
using NetworkOptions = Session.Protocol.LocalNetwork.LocalNetworkOptions;

namespace Session.Protocol.Client.Tests.Samples;

/// <summary>The main job, run as a program of its own with its output piped.</summary>
public class QuickStartTests
{
    [Fact]
    public async Task Run_OwnNetwork_BobReceivesTheText()
    {
        (int exit, string output) = await RunAsync("--message", "three hops \"quoted\" ✓", "--nodes", "5");

        Assert.Equal(0, exit);
        Assert.Contains("\nBob received: three hops \"quoted\" ✓\n", output, StringComparison.Ordinal);
        Assert.Contains("Network: 5 service nodes", output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', output);
    }

    [Fact]
    public async Task Run_RunningNetworkOnOneAddress_TalksThroughItAndSaysThatTheRuleIsRelaxed()
    {
        await using Network network = await Network.StartAsync(NetworkOptions.Default with { AddressPerNode = false });
        using SessionIdentity alice = SessionIdentity.Create();

        (int exit, string output) = await RunAsync("--seed-url", network.SeedUrls[0].ToString(), "--phrase", alice.ExportPhrase(), "--message", "elsewhere");

        Assert.Equal(0, exit);
        Assert.Contains($"Alice: {alice.AccountId}\n", output, StringComparison.Ordinal);
        Assert.Contains("\nBob received: elsewhere\n", output, StringComparison.Ordinal);
        Assert.Contains("rule of different /24 networks is relaxed", output, StringComparison.Ordinal);
        Assert.True(network.RequestCount("store") >= 2);
    }

    [Theory]
    [InlineData(2, "--nodes", "3")]
    [InlineData(2, "--seed-url", "not a url")]
    [InlineData(2, "--what")]
    [InlineData(1, "--message", "")]
    [InlineData(1, "--phrase", "abbey abbey abbey")]
    [InlineData(1, "--seed-url", "http://127.0.0.1:9")]
    public async Task Run_UnusableArguments_SaysSoAndFails(int expected, params string[] arguments)
    {
        (int exit, string output) = await RunAsync(arguments);

        Assert.Equal(expected, exit);
        Assert.NotEmpty(output);
        Assert.DoesNotContain(" at Session.Protocol.", output, StringComparison.Ordinal);
    }

    private static Task<(int Exit, string Output)> RunAsync(params string[] arguments) => SampleProgram.RunAsync("QuickStart", arguments);
}
