using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using MultiAccount;
using Session.Protocol.Client;
using Session.Protocol.LocalNetwork;

// --local starts a network in this process and a visitor who writes to each account; everything else is configuration.
bool isLocal = args.Contains("--local");
await using LocalNetwork? local = isLocal ? await LocalNetwork.StartAsync() : null;
using IHost host = MultiAccountHost.Build([.. args.Where(x => x != "--local")], local?.ClientOptions);
try
{
    await host.StartAsync();
}
catch (OptionsValidationException e)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}

using ScriptedPeer? visitor = local?.CreatePeer();
foreach (string name in MultiAccountHost.Names(host.Services.GetRequiredService<IConfiguration>().GetSection("Session")))
{
    ISessionClient client = host.Services.GetRequiredKeyedService<ISessionClient>(name);
    Console.WriteLine($"{name}: {client.AccountId}");
    if (visitor is not null)
    {
        visitor.SendText(client.AccountId, "Hello");
        Console.WriteLine($"  {await visitor.ReceiveTextAsync()}");
    }
}

await host.WaitForShutdownAsync();
return 0;
