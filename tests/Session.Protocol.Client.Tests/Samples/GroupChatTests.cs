namespace Session.Protocol.Client.Tests.Samples;

public class GroupChatTests
{
    [Fact]
    public async Task Run_WithoutArguments_TellsWhoCouldReadWhat()
    {
        (int exit, string output) = await SampleProgram.RunAsync("GroupChat");

        Assert.Equal(0, exit);
        Assert.Contains("Saturday at ten?                       Bob, Cem, Dua, Eve\n", output, StringComparison.Ordinal);
        Assert.Contains("What do we give Eve for her birthday?  Ann, Cem, Dua\n", output, StringComparison.Ordinal);
        Assert.Contains("Welcome, Fay                           Ann, Bob, Cem, Fay\n", output, StringComparison.Ordinal);
        Assert.Contains("What did I miss?                       Ann, Bob, Cem, Dua\n", output, StringComparison.Ordinal);
    }
}
