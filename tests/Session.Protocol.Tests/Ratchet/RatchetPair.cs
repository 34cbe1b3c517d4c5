using System.Text;
using Session.Protocol.Cryptography;
using Session.Protocol.Ratchet;
using Session.Protocol.Ratchet.PreKeys;

namespace Session.Protocol.Tests.Ratchet;

/// <summary>Alice and Bob, whose bundle Alice has. Sessions only; what a store would do is done by hand.</summary>
internal sealed class RatchetPair : IDisposable
{
    public static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch.AddDays(20_000);

    private static readonly RatchetAddress AliceAddress = new("alice");
    private static readonly RatchetAddress BobAddress = new("bob");

    private readonly SignedPreKey _signed;
    private readonly KemPreKey? _kem;
    private readonly OneTimePreKey _oneTime;

    public RatchetPair(RatchetSuite suite, int seed = 1)
    {
        Suite = suite;
        Random = new SeededRandomSource(seed);
        AliceParty = RatchetParty.Create(AliceAddress, Random);
        BobParty = RatchetParty.Create(BobAddress, Random);
        _signed = BobParty.CreateSignedPreKey(7, Now, Random);
        _kem = suite == RatchetSuite.X3dh ? null : BobParty.CreateKemPreKey(8, Now, Random);
        _oneTime = OneTimePreKey.Create(9, Random);
        Alice = new RatchetSession(AliceParty, BobAddress);
        Bob = new RatchetSession(BobParty, AliceAddress);
    }

    public static TheoryData<RatchetSuite> Suites => [RatchetSuite.X3dh, RatchetSuite.Pqxdh, RatchetSuite.PqxdhWithPqChain];

    public RatchetSuite Suite { get; }

    public SeededRandomSource Random { get; }

    public RatchetParty AliceParty { get; }

    public RatchetParty BobParty { get; }

    public RatchetSession Alice { get; }

    public RatchetSession Bob { get; }

    public PreKeyBundle BobsBundle => BobParty.CreateBundle(_signed, _kem, _oneTime);

    public PreKeySet BobsKeys => new(_signed, _kem, _oneTime);

    /// <summary>Alice starts, Bob answers, Alice has heard him.</summary>
    public static RatchetPair Established(RatchetSuite suite, int seed = 1)
    {
        var pair = new RatchetPair(suite, seed);
        pair.Start();
        pair.AliceToBob("hello");
        pair.BobToAlice("hello yourself");
        return pair;
    }

    public void Start() => Assert.Equal(RatchetStatus.Ok, Alice.Initiate(BobsBundle, Now, Suite, Random));

    public void AliceToBob(string text) => Assert.Equal(text, Open(Bob, Send(Alice, text)));

    public void BobToAlice(string text) => Assert.Equal(text, Open(Alice, Send(Bob, text)));

    public static RatchetMessage Send(RatchetSession from, string text)
    {
        Assert.Equal(RatchetStatus.Ok, from.Encrypt(Encoding.UTF8.GetBytes(text), Now, out RatchetMessage message));
        return message;
    }

    public DecryptResult Receive(RatchetSession at, RatchetMessage message) => at.Decrypt(message, BobsKeys, Random);

    /// <summary>The text, or the status when the message was refused.</summary>
    public string Open(RatchetSession at, RatchetMessage message)
    {
        DecryptResult result = Receive(at, message);
        return result.Status == RatchetStatus.Ok ? Encoding.UTF8.GetString(result.Plaintext.Span) : $"[{result.Status}]";
    }

    /// <summary>What somebody has who copied the whole state of that side.</summary>
    public RatchetSession Clone(RatchetSession of)
    {
        bool isAlice = of == Alice;
        Assert.True(RatchetSession.TryDeserialize(
            of.Serialize(), isAlice ? AliceParty : BobParty, isAlice ? BobAddress : AliceAddress, null, of.KnownIdentity, out RatchetSession? clone));
        return clone;
    }

    public void Dispose()
    {
        Alice.Dispose();
        Bob.Dispose();
        AliceParty.Dispose();
        BobParty.Dispose();
        _signed.Dispose();
        _kem?.Dispose();
        _oneTime.Dispose();
    }
}
