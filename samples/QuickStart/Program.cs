using System.Diagnostics;
using QuickStart;
using Session.Protocol.Accounts;
using Session.Protocol.Client;
using Session.Protocol.LocalNetwork;
using Session.Protocol.Messages;
using Session.Protocol.Mnemonics;
using Session.Protocol.Onion;
using Session.Protocol.Onion.Paths;

// Alice and Bob talk through a Session network, each over three onion hops of their own.
if (!QuickStartOptions.TryParse(args, out QuickStartOptions? options, out string? complaint))
{
    Console.Error.WriteLine(complaint);
    Console.Error.WriteLine(QuickStartOptions.Usage);
    return 2;
}

using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(2));
CancellationToken cancel = deadline.Token;
try
{
    // A network: a whole one in this process, or one that is running already.
    await using LocalNetwork? local = options.SeedUrls.Count == 0
        ? await LocalNetwork.StartAsync(LocalNetworkOptions.Default with { NodeCount = options.Nodes }, cancel)
        : null;
    OnionClientOptions network = local?.ClientOptions ?? OnionClientOptions.ForSeeds(options.SeedUrls);
    Console.WriteLine(local is null
        ? $"Network: {string.Join(", ", options.SeedUrls)}"
        : $"Network: {local.Nodes.Count} service nodes in {local.Swarms.Count} swarms on this machine");

    using SessionIdentity alice = options.Phrase is null ? SessionIdentity.Create() : SessionIdentity.FromPhrase(options.Phrase);
    using SessionIdentity bob = SessionIdentity.Create();
    Introduce("Alice", alice, isNew: options.Phrase is null);
    Introduce("Bob", bob, isNew: true);

    var behaviour = SessionClientOptions.Default with { PollInterval = TimeSpan.FromMilliseconds(200) };
    await using var aliceOnion = new OnionClient(network);
    await using var bobOnion = new OnionClient(network);
    await using var aliceClient = new SessionClient(alice, aliceOnion, behaviour with { Profile = new UserProfile { DisplayName = "Alice" } });
    await using var bobClient = new SessionClient(bob, bobOnion, behaviour with { Profile = new UserProfile { DisplayName = "Bob" } });

    await ShowPathsAsync("Alice", aliceOnion);
    await ShowPathsAsync("Bob", bobOnion);

    string question = await SendAndReceiveAsync("Alice", aliceClient, "Bob", bobClient, options.Message);
    await SendAndReceiveAsync("Bob", bobClient, "Alice", aliceClient, $"I read you, Alice: {question.Length} characters.");

    ClearedData cleared = await bobClient.ClearDataAsync(ClearTargets.Network, cancel);
    Console.WriteLine($"Bob cleared {cleared.Network!.Deleted} messages from the network, confirmed by {cleared.Network.Confirmations} of {cleared.Network.Members.Count} nodes");
    return 0;
}
catch (Exception e) when (e is OnionException or OperationCanceledException or RecoveryPhraseException or ArgumentException)
{
    Console.Error.WriteLine(e is OperationCanceledException ? "The conversation took longer than two minutes." : e.Message);
    return 1;
}

static void Introduce(string name, SessionIdentity identity, bool isNew)
{
    Console.WriteLine($"{name}: {identity.AccountId}");
    if (isNew)
    {
        Console.WriteLine($"  recovery phrase, shown this once: {identity.ExportPhrase()}");
    }
}

// The first request builds the paths: asking for the time is the smallest one.
async Task ShowPathsAsync(string name, OnionClient onion)
{
    var watch = Stopwatch.StartNew();
    await onion.Clock.ResynchroniseAsync(cancel);
    PathSnapshot snapshot = onion.Paths;
    Console.WriteLine($"{name}'s paths, built and tried in {watch.ElapsedMilliseconds} ms:");
    foreach (OnionPath path in snapshot.Paths)
    {
        Console.WriteLine($"  {name} → {path} → swarm");
    }

    if (snapshot.NetworkRuleRelaxed)
    {
        Console.WriteLine("  all nodes share one address, so the rule of different /24 networks is relaxed");
    }
}

async Task<string> SendAndReceiveAsync(string from, SessionClient sender, string to, SessionClient receiver, string text)
{
    var watch = Stopwatch.StartNew();
    SentMessage sent = await sender.SendTextAsync(receiver.AccountId, text, cancel);
    Console.WriteLine($"{from} wrote {text.Length} characters: {sent.StoredSize} bytes stored at {sent.Confirmations} nodes in {watch.ElapsedMilliseconds} ms");

    watch.Restart();
    await foreach (ReceivedMessage message in receiver.ReceiveAsync(cancel))
    {
        // Alice's own mailbox may hold older messages when she brought her phrase.
        if (message.Sender == sender.AccountId && message.SentAt == sent.SentAt)
        {
            Console.WriteLine($"{to} received: {message.Text}");
            Console.WriteLine($"  sent {message.SentAt:HH:mm:ss.fff}, protection {message.Protection}, fetched in {watch.ElapsedMilliseconds} ms");
            return message.Text ?? string.Empty;
        }
    }

    throw new UnreachableException();
}
