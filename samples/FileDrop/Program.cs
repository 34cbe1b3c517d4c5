using System.Security.Cryptography;
using FileDrop;
using Session.Protocol.Accounts;
using Session.Protocol.Client;
using Session.Protocol.Client.Attachments;
using Session.Protocol.LocalNetwork;
using Session.Protocol.Onion;
using Session.Protocol.Onion.Files;

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = true;
    stop.Cancel();
};
try
{
    switch (args)
    {
        case ["--local"]:
            await DemonstrateAsync();
            return 0;

        case ["send", string id, string file] when AccountId.TryParse(id, out AccountId to) && File.Exists(file):
            using (SessionIdentity me = Identity())
            {
                await using SessionClient client = SessionClient.Connect(me, OnionClientOptions.Default);
                await Drop.SendAsync(client, to, file, Console.Out, stop.Token);
            }

            return 0;

        case ["receive", string folder]:
            Directory.CreateDirectory(folder);
            using (SessionIdentity me = Identity())
            {
                await using SessionClient client = SessionClient.Connect(me, OnionClientOptions.Default);
                Console.WriteLine($"Send files to {me.AccountId}");
                await Drop.ReceiveAsync(client, folder, Console.Out, saved: null, stop.Token);
            }

            return 0;

        default:
            Console.Error.WriteLine("usage: FileDrop --local | send ACCOUNT-ID FILE | receive FOLDER");
            return 2;
    }
}
catch (Exception e) when (e is OnionException or IOException or ArgumentException or OperationCanceledException)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}

// The account of FILEDROP_PHRASE, or one that is gone afterwards.
static SessionIdentity Identity() => Environment.GetEnvironmentVariable("FILEDROP_PHRASE") is { Length: > 0 } phrase ? SessionIdentity.FromPhrase(phrase) : SessionIdentity.Create();

// Three million random bytes from one account to another, over a network in this process.
async Task DemonstrateAsync()
{
    await using LocalNetwork network = await LocalNetwork.StartAsync(cancellationToken: stop.Token);
    SessionClientOptions options = SessionClientOptions.Default with
    {
        PollInterval = TimeSpan.FromMilliseconds(200),
        Attachments = AttachmentOptions.Default with { FileServer = FileServerOptions.Default with { Server = network.FileServer.Server } },
    };
    string folder = Directory.CreateTempSubdirectory("filedrop-").FullName;
    try
    {
        byte[] content = RandomNumberGenerator.GetBytes(3_000_000);
        string file = Path.Combine(folder, "photo.bin");
        await File.WriteAllBytesAsync(file, content, stop.Token);
        using SessionIdentity alice = SessionIdentity.Create();
        using SessionIdentity bob = SessionIdentity.Create();
        await using SessionClient sender = SessionClient.Connect(alice, network.ClientOptions, options);
        await using SessionClient receiver = SessionClient.Connect(bob, network.ClientOptions, options);
        await Drop.SendAsync(sender, bob.AccountId, file, Console.Out, stop.Token);

        string? path = null;
        using var done = CancellationTokenSource.CreateLinkedTokenSource(stop.Token);
        await Drop.ReceiveAsync(receiver, folder, Console.Out, Arrived, done.Token);
        byte[] arrived = path is null ? [] : await File.ReadAllBytesAsync(path, stop.Token);
        Console.WriteLine(content.SequenceEqual(arrived) ? "The file arrived as it was sent." : "The file did not arrive.");

        void Arrived(string saved)
        {
            path = saved;
            done.Cancel();
        }
    }
    finally
    {
        Directory.Delete(folder, recursive: true);
    }
}
