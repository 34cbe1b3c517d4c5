using Session.Protocol.Onion;

namespace Session.Protocol.Hosting;

/// <summary>What all accounts of a host share. Bound from configuration; checked when the host starts.</summary>
public sealed class SessionHostOptions
{
    /// <summary>Longest <see cref="RestartDelay"/>.</summary>
    public static readonly TimeSpan MaxRestartDelay = TimeSpan.FromHours(1);

    private OnionClientOptions? _onion;

    /// <summary>Which network, where no <see cref="SeedUrls"/> are given. Default <see cref="SessionNetwork.Main"/>.</summary>
    public SessionNetwork Network { get; set; } = SessionNetwork.Main;

    /// <summary>Seeds of a network of one's own, for example a local one: absolute HTTP or HTTPS addresses. They take the place of <see cref="Network"/>.</summary>
    public IList<Uri> SeedUrls { get; } = [];

    /// <summary>Pause before an account whose store has failed receives again. Positive, at most an hour; default 10 seconds.</summary>
    public TimeSpan RestartDelay { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Sets everything about the network in code: seeds, proxy, time limits. Takes the place of <see cref="Network"/> and <see cref="SeedUrls"/>.</summary>
    /// <param name="options">The onion client's options.</param>
    public void UseNetwork(OnionClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _onion = options;
    }

    internal OnionClientOptions ToOnion() => _onion
        ?? (SeedUrls.Count > 0 ? OnionClientOptions.ForSeeds(SeedUrls) : Network == SessionNetwork.Test ? OnionClientOptions.Testnet : OnionClientOptions.Default);
}
