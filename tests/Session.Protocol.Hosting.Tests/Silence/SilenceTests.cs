using System.Reflection;
using System.Text.RegularExpressions;
using CommandBot;
using EchoBot;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using MultiAccount;
using Session.Protocol.Accounts;
using Session.Protocol.Client;
using Session.Protocol.LocalNetwork;
using Session.Protocol.LocalNetwork.Faults;
using Session.Protocol.Messages;
using Session.Protocol.Onion;
using Network = Session.Protocol.LocalNetwork.LocalNetwork;

namespace Session.Protocol.Hosting.Tests.Silence;

/// <summary>The samples at work, with everything that the process logs, counts and traces read along: it tells nobody anything about anybody.</summary>
[Collection(nameof(SilenceCollection))]
public sealed partial class SilenceTests
{
    private const string Secret = "meet me at the old lighthouse";
    private const string BotName = "Lighthouse keeper";

    [Fact]
    public async Task Samples_AtWork_TellNoIdsKeysPhrasesHopsOrTexts()
    {
        using var deadline = new CancellationTokenSource(BotHost.Patience);
        using var ears = new Eavesdropper();
        await using Network network = await Network.StartAsync(cancellationToken: deadline.Token);
        using SessionIdentity echo = SessionIdentity.Create(SecretExport.Allowed);
        using ScriptedPeer peer = network.CreatePeer();
        string phrase = echo.ExportPhrase();
        string[] echoArgs = [$"--Session:Accounts:echo:Phrase={phrase}", $"--Session:Accounts:echo:DisplayName={BotName}", "--Session:Accounts:echo:PollInterval=00:00:00.05"];
        using IHost echoHost = EchoBotHost.Build(echoArgs, network.ClientOptions, Listen);
        using IHost commandHost = CommandBotHost.Build(["--Session:Accounts:commands:PollInterval=00:00:00.05"], network.ClientOptions, Listen);
        using IHost multiHost = MultiAccountHost.Build([], network.ClientOptions, Listen);
        IHost[] hosts = [echoHost, commandHost, multiHost];
        await Task.WhenAll(hosts.Select(x => x.StartAsync(deadline.Token)));
        AccountId commands = Client(commandHost, CommandBotHost.Account).AccountId;

        // Work, wrong arguments, a forged copy, garbage, and nodes that fail while somebody writes.
        peer.SendText(echo.AccountId, Secret);
        Assert.Equal($"You said: {Secret}", await peer.ReceiveTextAsync(deadline.Token));
        peer.SendText(commands, $"/say {Secret}");
        Assert.Equal(Secret, await peer.ReceiveTextAsync(deadline.Token));
        peer.SendText(commands, $"/roll {Secret}");
        Assert.StartsWith("Usage", await peer.ReceiveTextAsync(deadline.Token), StringComparison.Ordinal);
        peer.SendText(commands, "/until 0001-01-01");
        _ = await peer.ReceiveTextAsync(deadline.Token);
        peer.Send(echo.AccountId, new TextMessage(Secret) { SyncTarget = commands });
        ActiveFault trouble = network.Faults.Add(Fault.NodeDown);

        peer.SendText(echo.AccountId, "after the trouble");
        while (Client(echoHost, EchoBotHost.Account).Receiver.Failures < 2)
        {
            deadline.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        trouble.Remove();

        Assert.Equal("You said: after the trouble", await peer.ReceiveTextAsync(deadline.Token));
        await Task.WhenAll(hosts.Select(x => x.StopAsync(deadline.Token)));

        IReadOnlyList<string> heard = ears.Heard;
        Assert.Contains(heard, x => x.StartsWith("log Session.Protocol", StringComparison.Ordinal));
        Assert.Contains(heard, x => x.StartsWith($"metric {SessionTelemetry.Name}", StringComparison.Ordinal));
        Assert.Contains(heard, x => x.StartsWith($"trace {SessionTelemetry.Name}", StringComparison.Ordinal));
        string[] secrets =
        [
            .. hosts.SelectMany(Accounts).Append(peer.AccountId).SelectMany(x => Forms(x.AsSpan())),
            .. Forms(echo.SigningKey.AsSpan()),
            .. network.Nodes.SelectMany(x => Forms(x.IdentityKey.AsSpan())),
            .. network.Nodes.Select(x => x.Address.ToString()),
            .. network.Nodes.Select(x => $":{x.HttpsPort}"),
            .. phrase.Split(' ').Chunk(3).Where(x => x.Length == 3).Select(x => string.Join(' ', x)),
            "lighthouse",
            BotName,
            "after the trouble",
            "You said",
        ];
        Assert.Empty(from line in heard from secret in secrets where line.Contains(secret, StringComparison.OrdinalIgnoreCase) select $"'{secret}' in: {line[..Math.Min(line.Length, 300)]}");

        void Listen(HostApplicationBuilder builder)
        {
            builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Trace).AddProvider(new Unowned(ears));
            builder.Services.AddLogging(x => x.AddFilter(_ => true));
        }
    }

    [Theory]
    [InlineData("FileDrop", "photo.bin", "--local")]
    [InlineData("GroupChat", "Saturday")]
    public async Task SampleProgram_FromStartToEnd_TellsNoIdsKeysAddressesOrTexts(string sample, string text, params string[] arguments)
    {
        using var ears = new Eavesdropper();
        MethodInfo main = Assembly.LoadFrom(Path.Combine(AppContext.BaseDirectory, sample + ".dll")).EntryPoint!;
        TextWriter terminal = Console.Out;
        Console.SetOut(TextWriter.Null);
        object? exit;
        try
        {
            // The program waits for its own end, so it gets a thread.
            exit = await Task.Run(() => main.Invoke(null, [arguments])).WaitAsync(BotHost.Patience, TestContext.Current.CancellationToken);
        }
        finally
        {
            Console.SetOut(terminal);
        }

        Assert.Equal(0, exit);
        IReadOnlyList<string> heard = ears.Heard;
        Assert.Contains(heard, x => x.StartsWith("metric Session.Protocol", StringComparison.Ordinal));
        Assert.Contains(heard, x => x.StartsWith("trace Session.Protocol", StringComparison.Ordinal));
        Assert.DoesNotContain(heard, x => Telling().IsMatch(x) || x.Contains(text, StringComparison.Ordinal));
    }

    // An account id or a key, written as digits or in base64, or the address of a node.
    [GeneratedRegex("[0-9a-fA-F]{40}|[A-Za-z0-9+/]{40}|127[.][0-9]+[.][0-9]+")]
    private static partial Regex Telling();

    private static ISessionClient Client(IHost host, string name) => host.Services.GetRequiredKeyedService<ISessionClient>(name);

    private static IEnumerable<AccountId> Accounts(IHost host) =>
        new[] { EchoBotHost.Account, CommandBotHost.Account }.Concat(MultiAccountHost.DefaultNames).Select(x => host.Services.GetKeyedService<ISessionClient>(x)).OfType<ISessionClient>().Select(x => x.AccountId);

    /// <summary>How bytes could be written down.</summary>
    private static string[] Forms(ReadOnlySpan<byte> value) => [Convert.ToHexString(value)[^40..], Convert.ToBase64String(value)[^30..^2]];

    /// <summary>Hosts dispose their logger providers; this one listens to several.</summary>
    private sealed class Unowned(ILoggerProvider provider) : ILoggerProvider
    {
        public ILogger CreateLogger(string categoryName) => provider.CreateLogger(categoryName);

        public void Dispose()
        {
        }
    }
}
