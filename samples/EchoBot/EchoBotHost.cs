using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Session.Protocol.Accounts;
using Session.Protocol.Hosting;
using Session.Protocol.Messages;
using Session.Protocol.Onion;
using Session.Protocol.Sqlite;

namespace EchoBot;

/// <summary>The bot: accepts everybody, repeats what it is told, remembers what it has answered.</summary>
public static class EchoBotHost
{
    /// <summary>The name of the bot's account.</summary>
    public const string Account = "echo";

    /// <summary>Builds the host from the command line, environment variables and appsettings.json.</summary>
    public static IHost Build(string[] args, OnionClientOptions? network = null, Action<HostApplicationBuilder>? more = null)
    {
        HostApplicationBuilder builder = Host.CreateApplicationBuilder(args);
        IConfigurationSection session = builder.Configuration.GetSection("Session");
        SessionAccountBuilder echo = builder.Services
            .AddSession(session, options =>
            {
                if (network is not null)
                {
                    options.UseNetwork(network);
                }
            })
            .AddAccount(Account)
            .UseRateLimit(RateLimitOptions.Default with { Notice = "Too fast for me." })
            .UseMessageRequests(RequestDecision.Accept)
            .OnMessage<TextMessage>(async (context, text) => await context.AnswerAsync(text.Text.Length > 0 ? $"You said: {text.Text}" : "You said nothing."));

        if (session[$"Accounts:{Account}:Phrase"] is null)
        {
            // Nobody knows this account's words: it is gone when the program ends.
            echo.UseIdentity(_ => SessionIdentity.Create());
        }

        IConfigurationSection store = builder.Configuration.GetSection("Store");
        if (store["Path"] is { } path)
        {
            echo.UseStore(provider =>
            {
                using var key = SqliteStoreKey.FromPassphrase(store["Passphrase"] ?? throw new InvalidOperationException("Store:Path needs Store:Passphrase."));
                return SqliteAccountStore.Open(path, key, provider.GetService<TimeProvider>());
            });
        }

        builder.Services.AddHealthChecks().AddSession();
        more?.Invoke(builder);
        return builder.Build();
    }
}
