using Session.Protocol.Hosting.Commands;

namespace Session.Protocol.Hosting.Tests.Commands;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("/ping", "ping")]
    [InlineData("/ping   ", "ping")]
    [InlineData("/add 1 2", "add", "1", "2")]
    [InlineData("/say \"two words\" three", "say", "two words", "three")]
    [InlineData("/say \"a \\\" quote\" \"\"", "say", "a \" quote", "")]
    [InlineData("/say\u00a0nbsp\ttab\nline", "say", "nbsp", "tab", "line")]
    [InlineData("/say it\"s", "say", "it\"s")]
    [InlineData("/say \\n", "say", "\\n")]
    public void TryRead_Command_GivesNameAndWords(string text, string name, params string[] words)
    {
        Assert.True(CommandLine.TryRead(text, "/", out CommandLine? line));
        Assert.Equal(name, line.Name);
        Assert.Equal(words, Enumerable.Range(0, line.Count).Select(i => line[i]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("ping")]
    [InlineData(" /ping")]
    [InlineData("/")]
    [InlineData("/ ping")]
    [InlineData("/päng")]
    [InlineData("//ping")]
    [InlineData("/say \"open")]
    [InlineData("/say \"open\\\"")]
    [InlineData("/say \"open\\")]
    [InlineData("/abcdefghijklmnopqrstuvwxyz0123456789")]
    public void TryRead_NoCommand_IsRefused(string text) => Assert.False(CommandLine.TryRead(text, "/", out _));

    [Fact]
    public void TryRead_TooManyWords_IsRefused()
    {
        Assert.True(CommandLine.TryRead("/x" + string.Concat(Enumerable.Repeat(" y", CommandLine.MaxWords)), "/", out _));
        Assert.False(CommandLine.TryRead("/x" + string.Concat(Enumerable.Repeat(" y", CommandLine.MaxWords + 1)), "/", out _));
    }

    [Fact]
    public void From_RestOfTheLine_IsAsItWasWritten()
    {
        Assert.True(CommandLine.TryRead("/say now  \"it  is\"  late ", "/", out CommandLine? line));

        Assert.Equal("\"it  is\"  late", line.From(1));
    }
}
