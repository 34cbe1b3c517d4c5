namespace Session.Protocol.Hosting.Commands;

/// <summary>An argument of a command; <see cref="CommandArgument"/> makes them.</summary>
/// <typeparam name="T">What a handler gets.</typeparam>
public sealed record CommandArgument<T>
{
    private readonly Func<string, (bool Ok, T Value)> _parse;
    private readonly T? _fallback;

    internal CommandArgument(string name, string description, Func<string, (bool Ok, T Value)> parse, string kind)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(description);
        Name = name;
        Description = description;
        Kind = kind;
        _parse = parse;
    }

    /// <summary>What help calls it.</summary>
    public string Name { get; }

    /// <summary>What help says of it.</summary>
    public string Description { get; }

    /// <summary>What may be written for it, in words.</summary>
    public string Kind { get; }

    /// <summary>Whether it may be left out.</summary>
    public bool IsOptional { get; private init; }

    internal bool IsRest { get; init; }

    private T? Fallback
    {
        get => _fallback;
        init => _fallback = value;
    }

    /// <summary>The same argument, which may be left out. Only optional ones may follow it.</summary>
    /// <param name="fallback">The handler's value then.</param>
    /// <returns>A new argument.</returns>
    public CommandArgument<T> Optional(T fallback) => this with { IsOptional = true, Fallback = fallback };

    internal ArgumentHelp Help => new(Name, Description, Kind, IsOptional, IsRest);

    /// <summary>Reads it from its place.</summary>
    internal bool TryRead(CommandLine line, int index, out T value)
    {
        if (index >= line.Count)
        {
            value = Fallback!;
            return IsOptional;
        }

        (bool ok, value) = _parse(IsRest ? line.From(index) : line[index]);
        return ok;
    }
}
