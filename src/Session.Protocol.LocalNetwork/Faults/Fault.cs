using Session.Protocol.Accounts;

namespace Session.Protocol.LocalNetwork.Faults;

/// <summary>
/// Something that goes wrong on a <see cref="LocalNetwork"/>, and where: the forty faults of protocol/26 §6. An immutable description;
/// nothing happens before it is put into <see cref="LocalNetwork.Faults"/>. Without a selector it acts everywhere and always.
/// </summary>
/// <example>
/// <code>
/// network.Faults.Add(Fault.NodeDown.At(NodeRole.Guard).Times(1));
/// network.Faults.Add(Fault.Slow(TimeSpan.FromSeconds(11)).OnMethod("store").ForAccount(bob).WithProbability(0.2));
/// </code>
/// </example>
public sealed partial record Fault
{
    private Fault(string name, FaultEffects effects)
    {
        Name = name;
        Effects = effects;
    }

    /// <summary>What it is called here, for example <c>NodeDown</c>.</summary>
    public string Name { get; }

    /// <summary>The one node at which it acts; null for every one.</summary>
    public LocalNode? Node { get; private init; }

    /// <summary>The one role in which nodes have it; null for every one that it can have.</summary>
    public NodeRole? Role { get; private init; }

    /// <summary>The one account whose calls have it; null for all.</summary>
    public AccountId? Account { get; private init; }

    /// <summary>The one method that has it, for example <c>store</c>; null for all.</summary>
    public string? Method { get; private init; }

    /// <summary>The one seed that has it, 0 for the first; null for all.</summary>
    public int? SeedIndex { get; private init; }

    /// <summary>Which part of the opportunities it takes, more than 0, at most 1.</summary>
    public double Probability { get; private init; } = 1;

    /// <summary>How often it acts at most; null for always.</summary>
    public long? MaxCount { get; private init; }

    /// <summary>How long after it was added it begins, by the network's clock.</summary>
    public TimeSpan Start { get; private init; }

    /// <summary>How long after it was added it ends, by the network's clock; null for never.</summary>
    public TimeSpan? Stop { get; private init; }

    internal FaultEffects Effects { get; }

    /// <summary>Whether it looks at what is called, not only at where.</summary>
    internal bool SelectsCalls => Method is not null || Account is not null;

    /// <summary>At this node only.</summary>
    /// <param name="node">A node of the network that the fault will be added to.</param>
    /// <returns>A new description.</returns>
    public Fault At(LocalNode node)
    {
        ArgumentNullException.ThrowIfNull(node);
        return this with { Node = node };
    }

    /// <summary>At nodes of this role only.</summary>
    /// <param name="role">Their part in the request.</param>
    /// <returns>A new description.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Not a role.</exception>
    public Fault At(NodeRole role) => Enum.IsDefined(role) ? this with { Role = role } : throw new ArgumentOutOfRangeException(nameof(role));

    /// <summary>At this seed only.</summary>
    /// <param name="index">0 for the first of <see cref="LocalNetwork.SeedUrls"/>.</param>
    /// <returns>A new description.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    public Fault AtSeed(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        return this with { Role = NodeRole.Seed, SeedIndex = index };
    }

    /// <summary>In calls about this account only.</summary>
    /// <param name="account">The account.</param>
    /// <returns>A new description.</returns>
    public Fault ForAccount(AccountId account) => this with { Account = account };

    /// <summary>In calls of this method only; inside a batch each part counts for itself.</summary>
    /// <param name="method">For example <c>retrieve</c>.</param>
    /// <returns>A new description.</returns>
    public Fault OnMethod(string method)
    {
        ArgumentException.ThrowIfNullOrEmpty(method);
        return this with { Method = method };
    }

    /// <summary>Only sometimes; how it falls is the same in every run with the same <see cref="LocalNetworkOptions.FaultSeed"/>.</summary>
    /// <param name="probability">More than 0, at most 1.</param>
    /// <returns>A new description.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Out of that range.</exception>
    public Fault WithProbability(double probability) => probability is > 0 and <= 1
        ? this with { Probability = probability }
        : throw new ArgumentOutOfRangeException(nameof(probability), probability, "Expected more than 0 and at most 1.");

    /// <summary>Not more often than this.</summary>
    /// <param name="count">At least 1.</param>
    /// <returns>A new description.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public Fault Times(long count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return this with { MaxCount = count };
    }

    /// <summary>Not before this time has passed, by the network's clock.</summary>
    /// <param name="start">Zero or more, counted from when it is added.</param>
    /// <returns>A new description.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    public Fault After(TimeSpan start)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(start, TimeSpan.Zero);
        return this with { Start = start };
    }

    /// <summary>Not after this time has passed, by the network's clock.</summary>
    /// <param name="stop">More than zero, counted from when it is added.</param>
    /// <returns>A new description.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Zero or negative.</exception>
    public Fault Until(TimeSpan stop)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(stop, TimeSpan.Zero);
        return this with { Stop = stop };
    }

    /// <summary>Name and selectors, for a person to read.</summary>
    /// <returns>One line.</returns>
    public override string ToString()
    {
        string[] parts =
        [
            Name,
            Node is null ? string.Empty : $"at {Node}",
            Role is { } role ? $"at {role}" : string.Empty,
            SeedIndex is { } seed ? $"no. {seed}" : string.Empty,
            Method is null ? string.Empty : $"on {Method}",
            Account is null ? string.Empty : "for an account",
            Probability < 1 ? FormattableString.Invariant($"with probability {Probability}") : string.Empty,
            MaxCount is { } count ? FormattableString.Invariant($"{count} times") : string.Empty,
        ];
        return string.Join(' ', parts.Where(part => part.Length > 0));
    }

    internal bool Matches(in FaultSite site) =>
        (Node is null || Node == site.Node)
        && (Role is null || Role == site.Role)
        && (SeedIndex is null || SeedIndex == site.SeedIndex)
        && (Method is null || string.Equals(Method, site.Method, StringComparison.Ordinal))
        && (Account is not { } account || string.Equals(account.ToString(), site.Account, StringComparison.Ordinal));

    internal bool IsDue(TimeSpan sinceAdded) => sinceAdded >= Start && (Stop is not { } stop || sinceAdded < stop);
}
