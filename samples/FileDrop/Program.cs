using System.Security.Cryptography;
using FileDrop;
using Session.Protocol.Accounts;
using Session.Protocol.Client;
using Session.Protocol.Client.Attachments;
using Session.Protocol.LocalNetwork;
using Session.Protocol.Onion;
using Session.Protocol.Onion.Files;

try
{
    switch (args)
    {
        case ["--local"]:
            return await DemonstrateAsync() ? 0 : 1;
        case ["send", string id, string file] when AccountId.TryParse(id, out AccountId to) && File.Exists(file):
            await OnMainNetworkAsync(client => Drop.SendAsync(client, to, file));
            return 0;
        case ["receive", string folder]:
            Directory.CreateDirectory(folder);
            await OnMainNetworkAsync(client => Drop.ReceiveAsync(client, folder));
            return 0;
        default:
            Console.Error.WriteLine("usage: FileDrop --local | send ACCOUNT-ID FILE | receive FOLDER");
            return 2;
    }
}
catch (Exception e) when (e is OnionException or IOException or ArgumentException)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}

// With the account of FILEDROP_PHRASE, or one that is gone afterwards.
static async Task OnMainNetworkAsync(Func<ISessionClient, Task> work)
{
    string? phrase = Environment.GetEnvironmentVariable("FILEDROP_PHRASE");
    using SessionIdentity me = string.IsNullOrEmpty(phrase) ? SessionIdentity.Create() : SessionIdentity.FromPhrase(phrase);
    await using SessionClient client = SessionClient.Connect(me, OnionClientOptions.Default);
    Console.WriteLine($"You are {me.AccountId}");
    await work(client);
}

// Three million random bytes from one account to another, over a network in this process.
static async Task<bool> DemonstrateAsync()
{
    await using LocalNetwork network = await LocalNetwork.StartAsync();
    SessionClientOptions options = SessionClientOptions.Default with
    {
        PollInterval = TimeSpan.FromMilliseconds(200),
        Attachments = AttachmentOptions.Default with { FileServer = FileServerOptions.Default with { Server = network.FileServer.Server } },
    };
    using SessionIdentity alice = SessionIdentity.Create();
    using SessionIdentity bob = SessionIdentity.Create();
    await using SessionClient sender = SessionClient.Connect(alice, network.ClientOptions, options);
    await using SessionClient receiver = SessionClient.Connect(bob, network.ClientOptions, options);
    DirectoryInfo folder = Directory.CreateTempSubdirectory("filedrop-");
    string file = Path.Combine(folder.FullName, "photo.bin");
    byte[] content = RandomNumberGenerator.GetBytes(3_000_000);
    await File.WriteAllBytesAsync(file, content);
    await Drop.SendAsync(sender, bob.AccountId, file);

    using var done = new CancellationTokenSource(TimeSpan.FromMinutes(1));
    string? saved = null;
    await Drop.ReceiveAsync(receiver, folder.FullName, path => { saved = path; done.Cancel(); }, done.Token);
    byte[] arrived = saved is null ? [] : await File.ReadAllBytesAsync(saved);
    bool isSame = content.SequenceEqual(arrived);
    Console.WriteLine(isSame ? "The file arrived as it was sent." : "The file did not arrive.");
    folder.Delete(recursive: true);
    return isSame;
}
