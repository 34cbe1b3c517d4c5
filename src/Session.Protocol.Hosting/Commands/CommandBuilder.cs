namespace Session.Protocol.Hosting.Commands;

/// <summary>Adds a bot's commands. Arguments are read into the types of the handler's parameters; nothing is found by reflection.</summary>
public sealed class CommandBuilder
{
    private readonly List<Command> _commands = [];

    /// <summary>What commands begin with. Default <c>/</c>.</summary>
    /// <exception cref="ArgumentException">Not 1 to 4 characters, or one of them is white space.</exception>
    public string Prefix
    {
        get;
        set => field = value is { Length: >= 1 and <= 4 } && !value.Any(char.IsWhiteSpace)
            ? value
            : throw new ArgumentException("A prefix is 1 to 4 characters that are not white space.", nameof(value));
    } = "/";

    /// <summary>Adds a command without arguments.</summary>
    /// <param name="name">Letters, digits, hyphen and underscore, at most 32; case does not matter; each once.</param>
    /// <param name="description">What help says of it.</param>
    /// <param name="handler">What it does.</param>
    /// <returns>The command, to restrict it.</returns>
    /// <exception cref="ArgumentException">The name cannot be used.</exception>
    public Command Add(string name, string description, Func<MessageContext, ValueTask> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return Add(name, description, [], (context, line) => line.Count == 0 ? () => handler(context) : null);
    }

    /// <summary>Adds a command with one argument.</summary>
    /// <typeparam name="T1">The argument's type.</typeparam>
    /// <param name="name">Letters, digits, hyphen and underscore, at most 32; case does not matter; each once.</param>
    /// <param name="description">What help says of it.</param>
    /// <param name="first">The argument.</param>
    /// <param name="handler">What it does.</param>
    /// <returns>The command, to restrict it.</returns>
    /// <exception cref="ArgumentException">The name cannot be used.</exception>
    public Command Add<T1>(string name, string description, CommandArgument<T1> first, Func<MessageContext, T1, ValueTask> handler)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(handler);
        return Add(name, description, [first.Help], (context, line) => first.TryRead(line, 0, out T1 a) ? () => handler(context, a) : null);
    }

    /// <summary>Adds a command with two arguments.</summary>
    /// <typeparam name="T1">The first argument's type.</typeparam>
    /// <typeparam name="T2">The second argument's type.</typeparam>
    /// <param name="name">Letters, digits, hyphen and underscore, at most 32; case does not matter; each once.</param>
    /// <param name="description">What help says of it.</param>
    /// <param name="first">The first argument.</param>
    /// <param name="second">The second argument.</param>
    /// <param name="handler">What it does.</param>
    /// <returns>The command, to restrict it.</returns>
    /// <exception cref="ArgumentException">The name cannot be used, or the arguments' order cannot be read.</exception>
    public Command Add<T1, T2>(
        string name, string description, CommandArgument<T1> first, CommandArgument<T2> second, Func<MessageContext, T1, T2, ValueTask> handler)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        ArgumentNullException.ThrowIfNull(handler);
        return Add(
            name,
            description,
            [first.Help, second.Help],
            (context, line) => first.TryRead(line, 0, out T1 a) && second.TryRead(line, 1, out T2 b) ? () => handler(context, a, b) : null);
    }

    /// <summary>Adds a command with three arguments.</summary>
    /// <typeparam name="T1">The first argument's type.</typeparam>
    /// <typeparam name="T2">The second argument's type.</typeparam>
    /// <typeparam name="T3">The third argument's type.</typeparam>
    /// <param name="name">Letters, digits, hyphen and underscore, at most 32; case does not matter; each once.</param>
    /// <param name="description">What help says of it.</param>
    /// <param name="first">The first argument.</param>
    /// <param name="second">The second argument.</param>
    /// <param name="third">The third argument.</param>
    /// <param name="handler">What it does.</param>
    /// <returns>The command, to restrict it.</returns>
    /// <exception cref="ArgumentException">The name cannot be used, or the arguments' order cannot be read.</exception>
    public Command Add<T1, T2, T3>(
        string name,
        string description,
        CommandArgument<T1> first,
        CommandArgument<T2> second,
        CommandArgument<T3> third,
        Func<MessageContext, T1, T2, T3, ValueTask> handler)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        ArgumentNullException.ThrowIfNull(third);
        ArgumentNullException.ThrowIfNull(handler);
        return Add(
            name,
            description,
            [first.Help, second.Help, third.Help],
            (context, line) => first.TryRead(line, 0, out T1 a) && second.TryRead(line, 1, out T2 b) && third.TryRead(line, 2, out T3 c) ? () => handler(context, a, b, c) : null);
    }

    internal CommandSet Build() => new(Prefix, _commands);

    private Command Add(string name, string description, IReadOnlyList<ArgumentHelp> arguments, Func<MessageContext, CommandLine, Func<ValueTask>?> bind)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(description);
        if (!CommandLine.IsName(name))
        {
            throw new ArgumentException("A command's name has 1 to 32 letters, digits, hyphens and underscores.", nameof(name));
        }

        if (string.Equals(name, CommandSet.HelpName, StringComparison.OrdinalIgnoreCase) || _commands.Exists(x => string.Equals(x.Name, name, StringComparison.OrdinalIgnoreCase)))
        {
            throw new ArgumentException($"There is a command '{name}' already.", nameof(name));
        }

        if (arguments.SkipLast(1).Any(x => x.IsRest) || arguments.Zip(arguments.Skip(1)).Any(x => x.First.IsOptional && !x.Second.IsOptional))
        {
            throw new ArgumentException("The rest of a line must be the last argument, and only optional ones may follow an optional one.", nameof(arguments));
        }

        var command = new Command(name, description, arguments, bind);
        _commands.Add(command);
        return command;
    }
}
