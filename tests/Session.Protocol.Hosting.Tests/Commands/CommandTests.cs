using Session.Protocol.Accounts;
using Session.Protocol.Hosting.Commands;

namespace Session.Protocol.Hosting.Tests.Commands;

/// <summary>Commands as a bot's author writes them, without a network: what runs, and what is answered.</summary>
public sealed class CommandTests : IDisposable
{
    private readonly RecordingClient _client = new();
    private readonly List<string> _ran = [];

    public void Dispose() => _client.Dispose();

    [Theory]
    [InlineData("/ping", "ping")]
    [InlineData("/PING", "ping")]
    [InlineData("/roll 6", "roll 6 1")]
    [InlineData("/roll 6 -3", "roll 6 -3")]
    [InlineData("/price 1.50", "price 1.50")]
    [InlineData("/remind 01:30:00 \"tea time\"", "remind 01:30:00 tea time")]
    [InlineData("/say  hello   \"you\" ", "say hello   \"you\"")]
    [InlineData("/paint RED", "paint red")]
    [InlineData("just talking", "passed on")]
    [InlineData("/ not a command", "passed on")]
    public async Task Handle_GoodText_RunsTheHandlerWithTypedValues(string text, string expected)
    {
        await HandleAsync(text);

        Assert.Equal([expected], _ran);
        Assert.Empty(_client.Sent);
    }

    [Theory]
    [InlineData("/ping now")]
    [InlineData("/roll")]
    [InlineData("/roll six")]
    [InlineData("/roll 0")]
    [InlineData("/roll 1001")]
    [InlineData("/roll 99999999999999999999")]
    [InlineData("/roll 6 2 3")]
    [InlineData("/price 1,5")]
    [InlineData("/remind soon tea")]
    [InlineData("/say")]
    [InlineData("/paint pink")]
    public async Task Handle_WordsThatDoNotFit_AnswersTheUsage(string text)
    {
        await HandleAsync(text);

        Assert.Empty(_ran);
        string answer = Assert.Single(_client.Sent);
        Assert.StartsWith("Usage: /", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Handle_UnknownCommand_SaysSoAndDoesNotRepeatIt()
    {
        await HandleAsync("/nonsense");

        Assert.Equal(["There is no such command. /help lists those that there are."], _client.Sent);
    }

    [Fact]
    public async Task Handle_Help_ListsWhatTheSenderMayUse()
    {
        await HandleAsync("/help");
        await HandleAsync("/help roll");
        await HandleAsync("/help /roll");

        Assert.Equal(
            """
            /ping - Answers
            /roll <sides> [times] - Rolls dice
            /price <amount> - Sets the price
            /remind <after> <what> - Reminds you
            /say <text> - Says it
            /paint <colour> - Paints
            /help [command] - This list, or more about one command
            """,
            _client.Sent[0]);
        Assert.Equal(
            """
            Rolls dice
            Usage: /roll <sides> [times]
              sides (number from 1 to 1000): Of each die
              times (number, optional): How often
            """,
            _client.Sent[1]);
        Assert.Equal(_client.Sent[1], _client.Sent[2]);
    }

    [Fact]
    public async Task Handle_CommandForARole_ExistsForThoseWhoHaveIt()
    {
        await HandleAsync("/stop");
        await HandleAsync("/help stop");
        Assert.Empty(_ran);
        Assert.StartsWith("There is no such command", _client.Sent[0], StringComparison.Ordinal);
        Assert.DoesNotContain("stop", _client.Sent[1], StringComparison.Ordinal);

        await HandleAsync("/stop", role: "Admin");

        Assert.Equal(["stop"], _ran);
    }

    [Fact]
    public void Add_UnusableCommand_Throws()
    {
        var commands = new CommandBuilder();
        commands.Add("ping", "Answers", Nothing);

        Assert.Throws<ArgumentException>(() => commands.Add("Ping", "Twice", Nothing));
        Assert.Throws<ArgumentException>(() => commands.Add("help", "Ours", Nothing));
        Assert.Throws<ArgumentException>(() => commands.Add("two words", "No", Nothing));
        Assert.Throws<ArgumentException>(() => commands.Add("rest", "No", CommandArgument.Rest("a", ""), CommandArgument.Text("b", ""), (_, _, _) => ValueTask.CompletedTask));
        Assert.Throws<ArgumentException>(() => commands.Add(
            "optional", "No", CommandArgument.Text("a", "").Optional("x"), CommandArgument.Text("b", ""), (_, _, _) => ValueTask.CompletedTask));
        Assert.Throws<ArgumentException>(() => CommandArgument.WholeNumber("a", "", minimum: 2, maximum: 1));
        Assert.Throws<ArgumentException>(() => CommandArgument.Choice("a", ""));
        Assert.Throws<ArgumentException>(() => commands.Prefix = "/ ");
        Assert.Throws<ArgumentException>(() => commands.Prefix = "");
    }

    private static ValueTask Nothing(MessageContext context) => ValueTask.CompletedTask;

    private ValueTask HandleAsync(string text, string? role = null) => Commands().HandleAsync(_client.Context(text, role), _ => Ran("passed on"));

    private CommandSet Commands()
    {
        var commands = new CommandBuilder();
        commands.Add("ping", "Answers", _ => Ran("ping"));
        commands.Add(
            "roll", "Rolls dice", CommandArgument.WholeNumber("sides", "Of each die", 1, 1_000), CommandArgument.WholeNumber("times", "How often").Optional(1), (_, sides, times) => Ran($"roll {sides} {times}"));
        commands.Add("price", "Sets the price", CommandArgument.Number("amount", "In coins"), (_, amount) => Ran(FormattableString.Invariant($"price {amount}")));
        commands.Add(
            "remind", "Reminds you", CommandArgument.Parsed<TimeSpan>("after", "How long"), CommandArgument.Text("what", "Of what"), (_, after, what) => Ran($"remind {after} {what}"));
        commands.Add("say", "Says it", CommandArgument.Rest("text", "What to say"), (_, text) => Ran($"say {text}"));
        commands.Add("paint", "Paints", CommandArgument.Choice("colour", "Which", "red", "blue"), (_, colour) => Ran($"paint {colour}"));
        commands.Add("stop", "Stops the bot", _ => Ran("stop")).RequireRole("admin");
        return commands.Build();
    }

    private ValueTask Ran(string what)
    {
        _ran.Add(what);
        return ValueTask.CompletedTask;
    }
}
