using System.Security.Cryptography;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Session.Protocol.Accounts;
using Session.Protocol.Hosting;
using Session.Protocol.Hosting.Commands;
using Session.Protocol.Messages;
using Session.Protocol.Onion;

namespace CommandBot;

/// <summary>A bot with commands: their arguments have types, help is made of them, and one is for its owner only.</summary>
public static class CommandBotHost
{
    /// <summary>The name of the bot's account.</summary>
    public const string Account = "commands";

    /// <summary>Builds the host from the command line, environment variables and appsettings.json.</summary>
    public static IHost Build(string[] args, OnionClientOptions? network = null, Action<HostApplicationBuilder>? more = null)
    {
        HostApplicationBuilder builder = Host.CreateApplicationBuilder(args);
        IConfigurationSection session = builder.Configuration.GetSection("Session");
        SessionAccountBuilder account = builder.Services
            .AddSession(session, options =>
            {
                if (network is not null)
                {
                    options.UseNetwork(network);
                }
            })
            .AddAccount(Account)
            .UseRateLimit()
            .UseMessageRequests(RequestDecision.Accept)
            .AddCommands(AddCommands)
            .OnMessage<TextMessage>(async (context, text) =>
            {
                // Commands have been answered before this.
                if (!text.Text.StartsWith('/'))
                {
                    await context.AnswerAsync("I only know commands. /help lists them.");
                }
            });
        if (session[$"Accounts:{Account}:Phrase"] is null)
        {
            account.UseIdentity(_ => SessionIdentity.Create());
        }

        more?.Invoke(builder);
        return builder.Build();
    }

    private static void AddCommands(CommandBuilder commands)
    {
        commands.Add("ping", "Answers pong", async context => await context.AnswerAsync("pong"));
        commands.Add(
            "roll",
            "Rolls dice",
            CommandArgument.WholeNumber("sides", "Sides of each die", 2, 1_000),
            CommandArgument.WholeNumber("dice", "How many", 1, 20).Optional(1),
            async (context, sides, dice) => await context.AnswerAsync(string.Join(" ", Enumerable.Range(0, dice).Select(_ => RandomNumberGenerator.GetInt32(sides) + 1))));
        commands.Add(
            "until",
            "Counts the days",
            CommandArgument.Parsed<DateOnly>("date", "For example 2030-01-31"),
            async (context, date) =>
            {
                DateTime today = context.Services.GetRequiredService<TimeProvider>().GetUtcNow().UtcDateTime;
                await context.AnswerAsync($"{date.DayNumber - DateOnly.FromDateTime(today).DayNumber} days");
            });
        commands.Add("say", "Repeats a text", CommandArgument.Rest("text", "What to say"), async (context, text) => await context.AnswerAsync(text));
        commands.Add(
            "stop",
            "Stops the bot",
            async context =>
            {
                await context.AnswerAsync("Bye.");
                context.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
            }).RequireRole("owner");
    }
}
