using Microsoft.Extensions.DependencyInjection.Extensions;
using Session.Protocol.Client.Stores;
using Session.Protocol.Sqlite;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Puts a persistent store into an application's services.</summary>
public static class SqliteStoreServiceCollectionExtensions
{
    /// <summary>
    /// Adds an <see cref="IAccountStore"/> in a file, which the session client then uses. It is opened when it is first needed, and
    /// closed with the container.
    /// </summary>
    /// <param name="services">The application's services.</param>
    /// <param name="path">The file; its folder exists.</param>
    /// <param name="key">Makes what the file is encrypted with; disposed as soon as the file is open.</param>
    /// <returns>The same services.</returns>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    public static IServiceCollection AddSqliteStore(this IServiceCollection services, string path, Func<IServiceProvider, SqliteStoreKey> key)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(key);
        services.TryAddSingleton<IAccountStore>(provider =>
        {
            using SqliteStoreKey opened = key(provider);
            return SqliteAccountStore.Open(path, opened, provider.GetService<TimeProvider>());
        });
        return services;
    }
}
