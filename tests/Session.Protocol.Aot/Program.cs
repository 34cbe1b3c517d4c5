using System.Buffers;
using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Session.Protocol.Accounts;
using Session.Protocol.Client;
using Session.Protocol.Client.Stores;
using Session.Protocol.Cryptography;
using Session.Protocol.Hosting;
using Session.Protocol.Messages;
using Session.Protocol.Onion.Nodes;
using Session.Protocol.Onion.Requests;
using Session.Protocol.Sealing;
using Session.Protocol.Sqlite;

// Every kind of thing that NativeAOT could break: native calls, guarded keys, protobuf, JSON, SQLite, options from
// configuration. Ends with 0 when all of it works.
const long Now = 1_700_000_000_000;

using SessionIdentity alice = SessionIdentity.Create();
using SessionIdentity bob = SessionIdentity.Create(SecretExport.Allowed);
string phrase = bob.ExportPhrase();
using SessionIdentity bobAgain = SessionIdentity.FromPhrase(phrase);
Require(bobAgain.AccountId == bob.AccountId, "the phrase gives the same account");

byte[] content = ContentCodec.Encode(new TextMessage("Hello") { Profile = new UserProfile { DisplayName = "Alice" } }, Now);
OpenedMessage opened = SealedMessage.Open(SealedMessage.Seal(content, alice, bob.AccountId, Now), bobAgain);
Require(opened.IsOpened && opened.Origin.Sender == alice.AccountId, "the message opens");
Require(ContentCodec.TryDecode(opened.Content.Span, out MessageContent? read) == ContentDecodeResult.Ok && read is TextMessage { Text: "Hello" }, "the content is the same");

ServiceNode[] path = [.. Enumerable.Range(1, 4).Select(i => new ServiceNode(alice.SigningKey, alice.EncryptionKey, new IPAddress([127, 0, (byte)i, 1]), 22_021))];
var request = new ArrayBufferWriter<byte>();
using var replyKey = new OnionReplyKey();
new OnionRequestBuilder(RandomSource.System).BuildForNode(path.AsSpan(0, 3), path[3], """{"method":"info","params":{}}"""u8, request, replyKey);
byte[] reply = replyKey.Seal("""{"status":200,"body":"{}"}"""u8, RandomSource.System);
Require(OnionHopRequest.TryParse(request.WrittenMemory, out _), "the onion request is one");
Require(OnionReplyReader.TryReadNodeReply(reply, replyKey, out OnionResponse? response) && response.Status == 200, "the reply opens");

string folder = Directory.CreateTempSubdirectory("session-aot").FullName;
string file = Path.Combine(folder, "account.db");
using SqliteStoreKey fileKey = SqliteStoreKey.FromBytes(new byte[SqliteStoreKey.Size]);
var handled = new HandledMessage(new string('A', 43), DateTimeOffset.UtcNow.AddDays(1), new MessageKey(alice.AccountId, Now));
await using (SqliteAccountStore store = SqliteAccountStore.Open(file, fileKey))
{
    await store.CommitAsync(new AccountChanges { Handled = [handled] });
}

await using (SqliteAccountStore store = SqliteAccountStore.Open(file, fileKey))
{
    Require(await store.IsHashHandledAsync(handled.Hash), "the store remembers");
}

Directory.Delete(folder, recursive: true);

IConfiguration settings = new ConfigurationBuilder().AddInMemoryCollection([
    new("Network", "Test"),
    new("Accounts:bot:Phrase", phrase),
    new("Accounts:bot:DisplayName", "Bot"),
]).Build();
HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
builder.Services.AddSession(settings).AddAccount("bot");
using IHost host = builder.Build();
Require(host.Services.GetRequiredKeyedService<ISessionClient>("bot").AccountId == bob.AccountId, "the host reads its configuration");

Console.WriteLine("AOT: all works");

static void Require(bool fact, string what)
{
    if (!fact)
    {
        Console.Error.WriteLine($"AOT: not true that {what}");
        Environment.Exit(1);
    }
}
