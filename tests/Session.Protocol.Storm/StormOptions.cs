namespace Session.Protocol.Storm;

/// <summary>How hard and how long it blows.</summary>
public sealed record StormOptions
{
    /// <summary>Ten minutes, two hundred accounts: what the command does.</summary>
    public static StormOptions Full { get; } = new();

    /// <summary>Twenty seconds with the calm after them, forty accounts: what the test suite does.</summary>
    public static StormOptions Short { get; } = new()
    {
        Accounts = 40,
        Duration = TimeSpan.FromSeconds(12),
        PollInterval = TimeSpan.FromMilliseconds(500),
        SendInterval = TimeSpan.FromMilliseconds(1_500),
    };

    /// <summary>Decides what goes wrong, when and where.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Accounts that talk all the time.</summary>
    public int Accounts { get; init; } = 200;

    /// <summary>How long the accounts have for their first paths, before anything goes wrong.</summary>
    public TimeSpan StartLimit { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How long things go wrong.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long after that until all paths must be healthy.</summary>
    public TimeSpan HealingLimit { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long after that until every message must have arrived: a few rounds of a poller that has backed off.</summary>
    public TimeSpan ArrivalLimit { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Service nodes.</summary>
    public int Nodes { get; init; } = 24;

    /// <summary>Swarms at the start.</summary>
    public int Swarms { get; init; } = 4;

    /// <summary>How often each account looks for messages.</summary>
    public TimeSpan PollInterval { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>How often each account writes to another, on average.</summary>
    public TimeSpan SendInterval { get; init; } = TimeSpan.FromSeconds(6);

    /// <summary>Pause between two things that go wrong.</summary>
    public TimeSpan FaultInterval { get; init; } = TimeSpan.FromMilliseconds(250);
}
