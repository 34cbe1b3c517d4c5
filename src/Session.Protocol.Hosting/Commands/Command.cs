namespace Session.Protocol.Hosting.Commands;

/// <summary>A command of a bot, made by <see cref="CommandBuilder"/>. Set it up before the host is built.</summary>
public sealed class Command
{
    private readonly Func<MessageContext, CommandLine, Func<ValueTask>?> _bind;

    internal Command(string name, string description, IReadOnlyList<ArgumentHelp> arguments, Func<MessageContext, CommandLine, Func<ValueTask>?> bind)
    {
        Name = name;
        Description = description;
        Arguments = arguments;
        _bind = bind;
    }

    /// <summary>What is written after the prefix.</summary>
    public string Name { get; }

    /// <summary>What help says of it.</summary>
    public string Description { get; }

    internal IReadOnlyList<ArgumentHelp> Arguments { get; }

    internal string? Role { get; private set; }

    /// <summary>Lets only senders with a role use it; for others it does not exist.</summary>
    /// <param name="role">A role of <see cref="SessionAccountOptions.Roles"/>.</param>
    /// <returns>This command.</returns>
    public Command RequireRole(string role)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(role);
        Role = role;
        return this;
    }

    internal bool IsFor(MessageContext context) => Role is null || context.IsInRole(Role);

    internal string Usage(string prefix) => string.Join(' ', Arguments.Select(x => x.Usage).Prepend(prefix + Name));

    /// <summary>The handler with its arguments. Null when the words do not fit them.</summary>
    internal Func<ValueTask>? Bind(MessageContext context, CommandLine line) =>
        line.Count <= Arguments.Count || Arguments is [.., { IsRest: true }] ? _bind(context, line) : null;
}
