using Session.Protocol.Accounts;
using Session.Protocol.Client;

namespace Session.Protocol.Hosting;

/// <summary>What the program has said about an account, until the container is built.</summary>
internal sealed class AccountRegistration(string name)
{
    public string Name { get; } = name;

    public Func<IServiceProvider, SessionIdentity>? Identity { get; set; }

    public Func<SessionClientOptions, SessionClientOptions> ConfigureClient { get; set; } = x => x;

    /// <summary>From outside to inside; commands and handlers are among them, in the order in which they were added.</summary>
    public List<Func<IServiceProvider, MessageStep, MessageStep>> Pipeline { get; } = [];
}
