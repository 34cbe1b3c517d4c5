using Session.Protocol.Ratchet;
using Session.Protocol.Ratchet.PreKeys;

namespace Session.Protocol.Fuzz.Targets;

/// <summary>A message to a live session, of either type. None is genuine: each is refused, and the session stays as it was.</summary>
internal sealed class RatchetMessageTarget : IFuzzTarget
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch.AddDays(20_000);
    private static readonly RatchetParty Bob = RatchetParty.Create(new RatchetAddress("bob"));
    private static readonly PreKeySet BobsKeys = new(Bob.CreateSignedPreKey(101, Now), Bob.CreateKemPreKey(101, Now), OneTimePreKey.Create(101));
    private static readonly RatchetSession Session = Establish();
    private static readonly byte[] State = Session.Serialize();

    public static string Name => "ratchet-message";

    public static void Fuzz(ReadOnlySpan<byte> input)
    {
        byte[] bytes = input.ToArray();
        Refuse(new RatchetMessage(RatchetMessageType.PreKey, bytes));
        Refuse(new RatchetMessage(RatchetMessageType.Message, bytes));
    }

    private static void Refuse(RatchetMessage message)
    {
        _ = message.TryReadHandshake(out _);
        DecryptResult result = Session.Decrypt(message, BobsKeys);
        FuzzFinding.Require(result.Status != RatchetStatus.Ok, "A message that nobody encrypted was opened.");
        FuzzFinding.Require(Session.Serialize().AsSpan().SequenceEqual(State), $"{result.Status} changed the session.");
    }

    private static RatchetSession Establish()
    {
        RatchetParty alice = RatchetParty.Create(new RatchetAddress("alice"));
        var alices = new RatchetSession(alice, Bob.Address);
        var bobs = new RatchetSession(Bob, alice.Address);
        RatchetStatus started = alices.Initiate(Bob.CreateBundle(BobsKeys.SignedPreKey, BobsKeys.KemPreKey, BobsKeys.OneTimePreKey), Now);
        RatchetStatus sent = alices.Encrypt("hello"u8, Now, out RatchetMessage first);
        FuzzFinding.Require(started == RatchetStatus.Ok && sent == RatchetStatus.Ok && bobs.Decrypt(first, BobsKeys).Status == RatchetStatus.Ok, "The session to attack was not made.");
        return bobs;
    }
}
