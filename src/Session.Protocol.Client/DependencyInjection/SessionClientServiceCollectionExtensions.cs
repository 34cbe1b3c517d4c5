using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Session.Protocol.Accounts;
using Session.Protocol.Client;
using Session.Protocol.Client.Stores;
using Session.Protocol.Onion;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Puts a Session client into an application's services.</summary>
public static class SessionClientServiceCollectionExtensions
{
    /// <summary>
    /// Adds <see cref="ISessionClient"/> for one account, as a singleton with an onion client of its own. An
    /// <see cref="IAccountStore"/> that is registered is used; otherwise what must be remembered is kept in memory.
    /// </summary>
    /// <param name="services">The application's services.</param>
    /// <param name="identity">Makes the account's identity; the container disposes it.</param>
    /// <param name="network">Which network, and how to reach it; null for the main network.</param>
    /// <param name="options">How to behave; null for the defaults.</param>
    /// <returns>The same services.</returns>
    public static IServiceCollection AddSessionClient(
        this IServiceCollection services,
        Func<IServiceProvider, SessionIdentity> identity,
        OnionClientOptions? network = null,
        SessionClientOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(identity);
        services.TryAddSingleton(identity);
        services.TryAddSingleton<ISessionClient>(provider => SessionClient.Connect(
            provider.GetRequiredService<SessionIdentity>(),
            network ?? OnionClientOptions.Default,
            options,
            provider.GetService<IAccountStore>(),
            provider.GetService<ILoggerFactory>()));
        return services;
    }
}
