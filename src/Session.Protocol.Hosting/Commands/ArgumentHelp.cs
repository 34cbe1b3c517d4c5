namespace Session.Protocol.Hosting.Commands;

/// <summary>What help says of an argument, whatever its type.</summary>
internal sealed record ArgumentHelp(string Name, string Description, string Kind, bool IsOptional, bool IsRest)
{
    public string Usage => IsOptional ? $"[{Name}]" : $"<{Name}>";
}
