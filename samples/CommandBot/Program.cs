using CommandBot;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Session.Protocol.Client;
using Session.Protocol.LocalNetwork;

// --local starts a network in this process and a visitor who tries the commands; everything else is configuration.
bool isLocal = args.Contains("--local");
await using LocalNetwork? local = isLocal ? await LocalNetwork.StartAsync() : null;
using IHost host = CommandBotHost.Build([.. args.Where(x => x != "--local")], local?.ClientOptions);
try
{
    await host.StartAsync();
}
catch (OptionsValidationException e)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}

ISessionClient bot = host.Services.GetRequiredKeyedService<ISessionClient>(CommandBotHost.Account);
Console.WriteLine($"Write /help to {bot.AccountId}");
if (local is not null)
{
    using ScriptedPeer visitor = local.CreatePeer();
    foreach (string text in (string[])["/help", "/roll 6 3", "/roll seven", "/stop"])
    {
        visitor.SendText(bot.AccountId, text);
        Console.WriteLine($"> {text}\n{await visitor.ReceiveTextAsync()}");
    }
}

await host.WaitForShutdownAsync();
return 0;
