using Session.Protocol.Onion.Nodes;

namespace Session.Protocol.Client.Tests.Samples;

/// <summary>The inspector as a program of its own, with its output piped.</summary>
public sealed class OnionInspectorTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("onion-inspector").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Run_InAPipe_TellsStatesFaultsAndPathsInPlainTextAndEnds()
    {
        (int exit, string output) = await RunAsync("--seconds", "8");

        Assert.Equal(0, exit);
        Assert.Contains("Building: Nothing was asked yet.", output, StringComparison.Ordinal);
        Assert.Contains("Ready: A path passed its test.", output, StringComparison.Ordinal);
        Assert.Contains("Fault: NotReady at 127.", output, StringComparison.Ordinal);
        Assert.Contains("\npath 127.", output, StringComparison.Ordinal);
        Assert.Contains("info ok ", output, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', output);
    }

    [Fact]
    public async Task Snapshot_ToAFile_WritesAListThatAnApplicationCanShip()
    {
        string file = Path.Combine(_folder, "nodes.bin");

        (int exit, string output) = await RunAsync("snapshot", file);

        Assert.Equal(0, exit);
        Assert.StartsWith("14 nodes, ", output, StringComparison.Ordinal);
        Assert.True(NodeSnapshot.TryRead(await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken), out NodeSnapshot? snapshot));
        Assert.Equal(14, snapshot.Nodes.Count);
    }

    [Theory]
    [InlineData(2, "--seconds", "many")]
    [InlineData(2, "--what", "ever")]
    [InlineData(2, "snapshot")]
    [InlineData(1, "snapshot", "/nowhere/at/all", "--seed-url", "http://127.0.0.1:9")]
    public async Task Run_UnusableArguments_SaysSoAndFails(int expected, params string[] arguments)
    {
        (int exit, string output) = await RunAsync(arguments);

        Assert.Equal(expected, exit);
        Assert.NotEmpty(output);
        Assert.DoesNotContain(" at Session.Protocol.", output, StringComparison.Ordinal);
    }

    private static Task<(int Exit, string Output)> RunAsync(params string[] arguments) => SampleProgram.RunAsync("OnionInspector", arguments);
}
