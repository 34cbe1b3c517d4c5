using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Session.Protocol.Hosting;
using Session.Protocol.Onion;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Puts Session accounts into a host.</summary>
public static class SessionHostingServiceCollectionExtensions
{
    /// <summary>Adds what accounts share, and the background service that receives for them.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="configure">Sets options.</param>
    /// <returns>Takes the accounts.</returns>
    /// <exception cref="InvalidOperationException">It was added before.</exception>
    public static SessionBuilder AddSession(this IServiceCollection services, Action<SessionHostOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        return Add(services, configuration: null, configure);
    }

    /// <summary>Adds what accounts share, and the background service that receives for them, with options from configuration.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="configuration">
    /// The section with <see cref="SessionHostOptions"/>, and below it <c>Accounts:NAME</c> with the <see cref="SessionAccountOptions"/> of each account that is added.
    /// </param>
    /// <returns>Takes the accounts.</returns>
    /// <exception cref="InvalidOperationException">It was added before.</exception>
    public static SessionBuilder AddSession(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return Add(services, configuration, configure: null);
    }

    /// <summary>As <see cref="AddSession(IServiceCollection, IConfiguration)"/>, with options that code sets after the configuration did.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="configuration">The section.</param>
    /// <param name="configure">Sets options.</param>
    /// <returns>Takes the accounts.</returns>
    /// <exception cref="InvalidOperationException">It was added before.</exception>
    public static SessionBuilder AddSession(this IServiceCollection services, IConfiguration configuration, Action<SessionHostOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(configure);
        return Add(services, configuration, configure);
    }

    private static SessionBuilder Add(IServiceCollection services, IConfiguration? configuration, Action<SessionHostOptions>? configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        if (services.Any(x => x.ServiceType == typeof(SharedOnion)))
        {
            throw new InvalidOperationException("AddSession was called before: add all accounts to what it returned.");
        }

        OptionsBuilder<SessionHostOptions> options = services.AddOptions<SessionHostOptions>();
        if (configuration is not null)
        {
            options.Bind(configuration);
        }

        if (configure is not null)
        {
            options.Configure(configure);
        }

        options.ValidateOnStart();
        services.AddSingleton<IValidateOptions<SessionHostOptions>, SessionHostOptionsValidator>();
        services.AddSingleton(provider => new SharedOnion(new OnionClient(
            provider.GetRequiredService<IOptions<SessionHostOptions>>().Value.ToOnion(),
            time: provider.GetService<TimeProvider>(),
            logger: provider.GetService<ILogger<OnionClient>>())));
        services.TryAddSingleton(TimeProvider.System);
        services.AddHostedService<SessionService>();
        return new SessionBuilder(services, configuration);
    }
}
