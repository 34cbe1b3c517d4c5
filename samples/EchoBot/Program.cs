using EchoBot;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using QRCoder;
using Session.Protocol.Client;
using Session.Protocol.LocalNetwork;

// --local starts a network in this process; everything else is configuration.
bool isLocal = args.Contains("--local");
await using LocalNetwork? local = isLocal ? await LocalNetwork.StartAsync() : null;
using IHost host = EchoBotHost.Build([.. args.Where(x => x != "--local")], local?.ClientOptions);
try
{
    await host.StartAsync();
}
catch (Exception e) when (e is OptionsValidationException or InvalidOperationException)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}

string id = host.Services.GetRequiredKeyedService<ISessionClient>(EchoBotHost.Account).AccountId.ToString();
using (var generator = new QRCodeGenerator())
using (QRCodeData code = generator.CreateQrCode(id, QRCodeGenerator.ECCLevel.L))
using (var picture = new AsciiQRCode(code))
{
    Console.WriteLine(picture.GetGraphicSmall());
}

Console.WriteLine($"Write to {id}");
if (local is not null)
{
    // On a network of one's own there is nobody yet.
    Console.WriteLine($"Other programs find this network at --Session:SeedUrls:0 {local.SeedUrls[0]}");
    using ScriptedPeer visitor = local.CreatePeer();
    visitor.SendText(Session.Protocol.Accounts.AccountId.Parse(id), "Is anybody there?");
    Console.WriteLine($"A visitor was answered: {await visitor.ReceiveTextAsync()}");
}

await host.WaitForShutdownAsync();
return 0;
