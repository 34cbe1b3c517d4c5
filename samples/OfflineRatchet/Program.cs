using System.Text;
using Session.Protocol.Accounts;
using Session.Protocol.Ratchet;
using Session.Protocol.Ratchet.PreKeys;
using Session.Protocol.Ratchet.Stores;

// Two people and a ratchet, without any network: what would travel is printed.
var aliceAddress = new RatchetAddress("alice");
var bobAddress = new RatchetAddress("bob");

using SessionIdentity aliceAccount = SessionIdentity.Create();
using SessionIdentity bobAccount = SessionIdentity.Create();
using RatchetParty aliceParty = RatchetParty.FromAccount(aliceAddress, registrationId: 1, aliceAccount);
using RatchetParty bobParty = RatchetParty.FromAccount(bobAddress, registrationId: 1, bobAccount);
using var aliceStore = new InMemoryRatchetStore();
using var bobStore = new InMemoryRatchetStore();
using var alice = new RatchetCipher(aliceParty, aliceStore);
using var bob = new RatchetCipher(bobParty, bobStore);

Title("Bob leaves keys where Alice finds them");
DateTimeOffset now = TimeProvider.System.GetUtcNow();
using SignedPreKey signedPreKey = bobParty.CreateSignedPreKey(1, now);
using KemPreKey kemPreKey = bobParty.CreateKemPreKey(1, now);
using OneTimePreKey oneTimePreKey = OneTimePreKey.Create(1);
bobStore.Add(signedPreKey);
bobStore.Add(kemPreKey);
bobStore.Add(oneTimePreKey);
PreKeyBundle bundle = bobParty.CreateBundle(signedPreKey, kemPreKey, oneTimePreKey);
Console.WriteLine($"a bundle for {bundle.StrongestSuite}, signatures {(bundle.Verify() ? "good" : "bad")}");

Title("Alice starts, Bob is offline");
Expect(RatchetStatus.Ok, await alice.InitiateAsync(bobAddress, bundle));
await ShowAsync("Alice", aliceStore, aliceParty, bobAddress);
RatchetMessage first = await SendAsync(alice, bobAddress, "Hello Bob");
RatchetMessage second = await SendAsync(alice, bobAddress, "Are you there?");

Title("Bob comes back and answers");
await OpenAsync("Bob", bob, aliceAddress, first);
await OpenAsync("Bob", bob, aliceAddress, second);
await OpenAsync("Bob", bob, aliceAddress, second);
RatchetMessage answer = await SendAsync(bob, aliceAddress, "Here I am");
await OpenAsync("Alice", alice, bobAddress, answer);
await ShowAsync("Alice", aliceStore, aliceParty, bobAddress);

Title("A message is lost, another is late");
_ = await SendAsync(alice, bobAddress, "This one never arrives");
RatchetMessage late = await SendAsync(alice, bobAddress, "This one is late");
RatchetMessage quick = await SendAsync(alice, bobAddress, "This one is quick");
await OpenAsync("Bob", bob, aliceAddress, quick);
await OpenAsync("Bob", bob, aliceAddress, late);

Title("Somebody copies everything that Alice has");
byte[] stolen = (await aliceStore.LoadSessionAsync(bobAddress))!;
if (!RatchetSession.TryDeserialize(stolen, aliceParty, bobAddress, trust: null, bobParty.IdentityKey, out RatchetSession? thief))
{
    throw new InvalidDataException("The record is broken.");
}

using (thief)
{
    Steal("what Bob wrote before", thief, answer);
    RatchetMessage leaked = await SendAsync(bob, aliceAddress, "The thief can read this");
    Steal("Bob's next message", thief, leaked);
    await OpenAsync("Alice", alice, bobAddress, leaked);

    Title("One round trip later");
    await OpenAsync("Bob", bob, aliceAddress, await SendAsync(alice, bobAddress, "My answer brings a fresh key"));
    RatchetMessage healed = await SendAsync(bob, aliceAddress, "The thief cannot read this");
    Steal("Bob's next message", thief, healed);
    await OpenAsync("Alice", alice, bobAddress, healed);
}

Title("Are you really Bob?");
SafetyNumber onAlicesScreen = SafetyNumber.Create(
    Encoding.ASCII.GetBytes(aliceAccount.AccountId.ToString()), aliceParty.IdentityKey, Encoding.ASCII.GetBytes(bobAccount.AccountId.ToString()), bobParty.IdentityKey);
Console.WriteLine(onAlicesScreen);

static void Title(string text) => Console.WriteLine($"\n--- {text}");

static void Expect(RatchetStatus expected, RatchetStatus actual)
{
    if (actual != expected)
    {
        throw new InvalidOperationException($"Expected {expected}, got {actual}.");
    }
}

static async Task<RatchetMessage> SendAsync(RatchetCipher from, RatchetAddress to, string text)
{
    EncryptResult result = await from.EncryptAsync(to, Encoding.UTF8.GetBytes(text));
    Expect(RatchetStatus.Ok, result.Status);
    Console.WriteLine($"to {to.Name}: {result.Message.Type}, {result.Message.Bytes.Length} bytes, ends in {Convert.ToHexStringLower(result.Message.Bytes.Span[^8..])}");
    return result.Message;
}

static async Task OpenAsync(string who, RatchetCipher cipher, RatchetAddress from, RatchetMessage message)
{
    DecryptResult result = await cipher.DecryptAsync(from, message);
    Console.WriteLine(result.Status == RatchetStatus.Ok ? $"{who} reads: {Encoding.UTF8.GetString(result.Plaintext.Span)}" : $"{who} refuses: {result.Status}");
}

static void Steal(string what, RatchetSession thief, RatchetMessage message)
{
    DecryptResult result = thief.Decrypt(message);
    Console.WriteLine(result.Status == RatchetStatus.Ok ? $"thief reads {what}: {Encoding.UTF8.GetString(result.Plaintext.Span)}" : $"thief fails on {what}: {result.Status}");
}

static async Task ShowAsync(string who, InMemoryRatchetStore store, RatchetParty party, RatchetAddress peer)
{
    byte[] record = (await store.LoadSessionAsync(peer))!;
    if (RatchetSession.TryDeserialize(record, party, peer, trust: null, knownIdentity: null, out RatchetSession? session))
    {
        using (session)
        {
            Console.WriteLine($"{who}'s state: {session.Suite}, {(session.IsPending ? "pending" : "established")}, {record.Length} bytes");
        }
    }
}
