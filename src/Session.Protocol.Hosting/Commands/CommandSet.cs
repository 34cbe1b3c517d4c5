using System.Text;
using Session.Protocol.Messages;

namespace Session.Protocol.Hosting.Commands;

/// <summary>Finds the command in a message, runs it, and explains itself.</summary>
internal sealed class CommandSet(string prefix, IReadOnlyList<Command> commands)
{
    public const string HelpName = "help";

    private readonly Dictionary<string, Command> _byName = commands.ToDictionary(x => x.Name, StringComparer.OrdinalIgnoreCase);

    /// <summary>The step in an account's pipeline. What is no command is passed on.</summary>
    public async ValueTask HandleAsync(MessageContext context, MessageStep next)
    {
        if (context.Message.Content is not TextMessage message || !CommandLine.TryRead(message.Text, prefix, out CommandLine? line))
        {
            await next(context).ConfigureAwait(false);
        }
        else if (string.Equals(line.Name, HelpName, StringComparison.OrdinalIgnoreCase))
        {
            await context.AnswerAsync(Help(context, line)).ConfigureAwait(false);
        }
        else if (Find(context, line.Name) is not { } command)
        {
            await context.AnswerAsync($"There is no such command. {prefix}{HelpName} lists those that there are.").ConfigureAwait(false);
        }
        else if (command.Bind(context, line) is { } run)
        {
            await run().ConfigureAwait(false);
        }
        else
        {
            await context.AnswerAsync(Usage(command)).ConfigureAwait(false);
        }
    }

    private Command? Find(MessageContext context, string name) => _byName.TryGetValue(name, out Command? command) && command.IsFor(context) ? command : null;

    private string Help(MessageContext context, CommandLine line)
    {
        if (line.Count > 0 && Find(context, line[0].StartsWith(prefix, StringComparison.Ordinal) ? line[0][prefix.Length..] : line[0]) is { } one)
        {
            return $"{one.Description}\n{Usage(one)}";
        }

        var text = new StringBuilder();
        foreach (Command command in commands.Where(x => x.IsFor(context)))
        {
            text.Append(command.Usage(prefix)).Append(" - ").Append(command.Description).Append('\n');
        }

        return text.Append(prefix).Append(HelpName).Append(" [command] - This list, or more about one command").ToString();
    }

    private string Usage(Command command)
    {
        var text = new StringBuilder("Usage: ").Append(command.Usage(prefix));
        foreach (ArgumentHelp argument in command.Arguments)
        {
            text.Append("\n  ").Append(argument.Name).Append(" (").Append(argument.Kind).Append(argument.IsOptional ? ", optional): " : "): ").Append(argument.Description);
        }

        return text.ToString();
    }
}
