using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Session.Protocol.Accounts;
using Session.Protocol.Hosting;
using Session.Protocol.Messages;
using Session.Protocol.Onion;

namespace MultiAccount;

/// <summary>Several accounts in one process: they share the node list and connections, and each has paths of its own.</summary>
public static class MultiAccountHost
{
    /// <summary>The accounts when the configuration names none.</summary>
    public static IReadOnlyList<string> DefaultNames { get; } = ["support", "sales", "press"];

    /// <summary>Builds the host from the command line, environment variables and appsettings.json.</summary>
    public static IHost Build(string[] args, OnionClientOptions? network = null, Action<HostApplicationBuilder>? more = null)
    {
        HostApplicationBuilder builder = Host.CreateApplicationBuilder(args);
        IConfigurationSection section = builder.Configuration.GetSection("Session");
        SessionBuilder session = builder.Services.AddSession(section, options =>
        {
            if (network is not null)
            {
                options.UseNetwork(network);
            }
        });
        foreach (string name in Names(section))
        {
            SessionAccountBuilder account = session.AddAccount(name)
                .UseRateLimit()
                .UseMessageRequests(RequestDecision.Accept)
                .OnMessage<TextMessage>(async (context, _) => await context.AnswerAsync($"Thank you for writing to {context.Account}."));
            if (section[$"Accounts:{name}:Phrase"] is null)
            {
                account.UseIdentity(_ => SessionIdentity.Create());
            }
        }

        more?.Invoke(builder);
        return builder.Build();
    }

    /// <summary>The accounts in the configuration.</summary>
    public static IReadOnlyList<string> Names(IConfiguration section)
    {
        string[] names = [.. section.GetSection("Accounts").GetChildren().Select(x => x.Key)];
        return names.Length > 0 ? names : DefaultNames;
    }
}
