using System.Buffers;
using System.Net;
using Session.Protocol.Accounts;
using Session.Protocol.Cryptography;
using Session.Protocol.Messages;
using Session.Protocol.Onion.Nodes;
using Session.Protocol.Onion.Requests;
using Session.Protocol.Sealing;

// Every kind of thing that NativeAOT could break: native calls, guarded keys, protobuf, JSON. Ends with 0 when all of it works.
const long Now = 1_700_000_000_000;

using SessionIdentity alice = SessionIdentity.Create();
using SessionIdentity bob = SessionIdentity.Create(SecretExport.Allowed);
using SessionIdentity bobAgain = SessionIdentity.FromPhrase(bob.ExportPhrase());
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

Console.WriteLine("AOT: all works");

static void Require(bool fact, string what)
{
    if (!fact)
    {
        Console.Error.WriteLine($"AOT: not true that {what}");
        Environment.Exit(1);
    }
}
