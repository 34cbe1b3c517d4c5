using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Session.Protocol.Cryptography;
using Session.Protocol.Onion.Nodes;
using Session.Protocol.Onion.Transport;

namespace Session.Protocol.Onion;

/// <summary>Registers the onion client.</summary>
public static class SessionOnionServiceCollectionExtensions
{
    /// <summary>
    /// Adds one <see cref="OnionClient"/> as itself and as <see cref="IOnionClient"/>. An <see cref="IOnionTransport"/>,
    /// <see cref="INodeDirectory"/>, <see cref="TimeProvider"/> or <see cref="IRandomSource"/> that is registered is used.
    /// </summary>
    /// <param name="services">Where to.</param>
    /// <param name="options">Null for the main network.</param>
    /// <returns><paramref name="services"/>.</returns>
    public static IServiceCollection AddSessionOnion(this IServiceCollection services, OnionClientOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton(provider => new OnionClient(
            options,
            provider.GetService<IOnionTransport>(),
            provider.GetService<INodeDirectory>(),
            provider.GetService<TimeProvider>(),
            provider.GetService<IRandomSource>(),
            provider.GetService<ILogger<OnionClient>>()));
        services.TryAddSingleton<IOnionClient>(provider => provider.GetRequiredService<OnionClient>());
        return services;
    }
}
