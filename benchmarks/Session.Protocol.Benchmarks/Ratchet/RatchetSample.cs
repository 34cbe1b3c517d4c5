using Session.Protocol.Ratchet;
using Session.Protocol.Ratchet.PreKeys;

namespace Session.Protocol.Benchmarks.Ratchet;

/// <summary>Two parties with a session in which both have been heard, and 1 KiB to say.</summary>
internal sealed class RatchetSample
{
    public static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch.AddDays(20_000);

    private static readonly RatchetAddress AliceAddress = new("alice");
    private static readonly RatchetAddress BobAddress = new("bob");

    private readonly SignedPreKey _signed;
    private readonly OneTimePreKey _oneTime;
    private readonly KemPreKey? _kem;

    public RatchetSample(RatchetSuite suite)
    {
        _signed = BobParty.CreateSignedPreKey(1, Now);
        _oneTime = OneTimePreKey.Create(2);
        _kem = suite == RatchetSuite.X3dh ? null : BobParty.CreateKemPreKey(3, Now);
        Alice = NewAlice();
        Bob = NewBob();
        Require(Alice.Initiate(Bundle, Now, suite));
        FirstMessage = Send(Alice);
        Receive(Bob, FirstMessage);
        Receive(Alice, Send(Bob));
        Receive(Bob, Send(Alice));
    }

    public RatchetParty AliceParty { get; } = RatchetParty.Create(AliceAddress);

    public RatchetParty BobParty { get; } = RatchetParty.Create(BobAddress);

    public RatchetSession Alice { get; }

    public RatchetSession Bob { get; }

    /// <summary>The message that started the session.</summary>
    public RatchetMessage FirstMessage { get; }

    public PreKeyBundle Bundle => BobParty.CreateBundle(_signed, _kem, _oneTime);

    public PreKeySet Keys => new(_signed, _kem, _oneTime);

    private byte[] Plaintext { get; } = new byte[1024];

    public RatchetSession NewAlice() => new(AliceParty, BobAddress);

    public RatchetSession NewBob() => new(BobParty, AliceAddress);

    public RatchetSession BobFrom(byte[] record) =>
        RatchetSession.TryDeserialize(record, BobParty, AliceAddress, null, AliceParty.IdentityKey, out RatchetSession? session)
            ? session
            : throw new InvalidOperationException("The record does not read.");

    public RatchetMessage Send(RatchetSession from)
    {
        Require(from.Encrypt(Plaintext, Now, out RatchetMessage message));
        return message;
    }

    public DecryptResult Receive(RatchetSession at, RatchetMessage message)
    {
        DecryptResult result = at.Decrypt(message, message.Type == RatchetMessageType.PreKey ? Keys : null);
        Require(result.Status);
        return result;
    }

    // What fails is quick: it must not be measured.
    public static void Require(RatchetStatus status)
    {
        if (status != RatchetStatus.Ok)
        {
            throw new InvalidOperationException(status.ToString());
        }
    }
}
