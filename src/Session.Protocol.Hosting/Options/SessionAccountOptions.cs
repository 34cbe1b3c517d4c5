using Session.Protocol.Accounts;
using Session.Protocol.Client;
using Session.Protocol.Messages;

namespace Session.Protocol.Hosting;

/// <summary>One account of a host. Bound from configuration under <c>Accounts:NAME</c>; checked when the host starts.</summary>
public sealed class SessionAccountOptions
{
    /// <summary>
    /// The account's 13 words, unless <see cref="SessionAccountBuilder.UseIdentity"/> is used. Whoever reads them is the account: keep them in a secret
    /// store or an environment variable, not in a file of the repository.
    /// </summary>
    public string? Phrase { get; set; }

    /// <summary>Name that goes along with messages; null for none.</summary>
    public string? DisplayName { get; set; }

    /// <summary>Pause between two looks into the swarm while messages come or go; null for the client's default.</summary>
    public TimeSpan? PollInterval { get; set; }

    /// <summary>Longest pause between two looks in silence; null for the client's default.</summary>
    public TimeSpan? IdlePollInterval { get; set; }

    /// <summary>How many handlers run at once, each for another conversation; null for the client's default.</summary>
    public int? MaxParallel { get; set; }

    /// <summary>How many messages are held before no more are fetched; null for the client's default.</summary>
    public int? MaxWaiting { get; set; }

    /// <summary>How often a message is given to its handler before it is set aside; null for the client's default.</summary>
    public int? MaxAttempts { get; set; }

    /// <summary>How long running handlers have when the host stops; null for the client's default. The host's own shutdown time limits it too.</summary>
    public TimeSpan? DrainTimeout { get; set; }

    /// <summary>Whether handlers also get copies of what this account sent from other devices, and notes to self. Default false: a bot would answer itself.</summary>
    public bool HandleOwnMessages { get; set; }

    /// <summary>Who has which role: account ids by the role's name.</summary>
    public IDictionary<string, IList<string>> Roles { get; } = new Dictionary<string, IList<string>>(StringComparer.OrdinalIgnoreCase);

    internal SessionClientOptions ToClient()
    {
        SessionClientOptions options = SessionClientOptions.Default;
        return options with
        {
            Profile = string.IsNullOrEmpty(DisplayName) ? options.Profile : new UserProfile { DisplayName = DisplayName },
            PollInterval = PollInterval ?? options.PollInterval,
            IdlePollInterval = IdlePollInterval ?? options.IdlePollInterval,
        };
    }

    internal HandlingOptions ToHandling()
    {
        HandlingOptions options = HandlingOptions.Default;
        return options with
        {
            MaxParallel = MaxParallel ?? options.MaxParallel,
            MaxWaiting = MaxWaiting ?? options.MaxWaiting,
            MaxAttempts = MaxAttempts ?? options.MaxAttempts,
            DrainTimeout = DrainTimeout ?? options.DrainTimeout,
        };
    }

    internal IReadOnlyDictionary<string, IReadOnlySet<AccountId>> ToRoles() => Roles.ToDictionary(
        x => x.Key,
        x => (IReadOnlySet<AccountId>)x.Value.Select(id => AccountId.Parse(id)).ToHashSet(),
        StringComparer.OrdinalIgnoreCase);
}
