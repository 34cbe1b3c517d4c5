using Session.Protocol.Benchmarks.Guard;
using Session.Protocol.Benchmarks.Ratchet;
using Session.Protocol.Ratchet;
using Session.Protocol.Ratchet.PreKeys;

namespace Session.Protocol.Benchmarks.Peers;

/// <summary>
/// The operations of benchmarks/peers/libsignal.mjs in this library: with a store from which each step reads its session and
/// into which it writes it, as libsignal's operations do. One object for each operation, so that none finds what another left.
/// </summary>
internal sealed class CipherOperations
{
    private const int Blocks = 9;

    private static readonly RatchetAddress AliceAddress = new("alice");
    private static readonly RatchetAddress BobAddress = new("bob");

    private readonly RatchetSuite _suite;
    private readonly KeepingStore _aliceStore = new();
    private readonly KeepingStore _bobStore = new();
    private readonly RatchetCipher _alice;
    private readonly RatchetCipher _bob;
    private readonly PreKeyBundle _bundle;
    private readonly RatchetMessage _first;
    private readonly byte[] _plaintext = new byte[1024];

    public CipherOperations(RatchetSuite suite)
    {
        _suite = suite;
        var alice = RatchetParty.Create(AliceAddress);
        var bob = RatchetParty.Create(BobAddress);
        _alice = new RatchetCipher(alice, _aliceStore);
        _bob = new RatchetCipher(bob, _bobStore);
        SignedPreKey signed = bob.CreateSignedPreKey(1, RatchetSample.Now);
        OneTimePreKey oneTime = OneTimePreKey.Create(1);
        KemPreKey? kem = suite == RatchetSuite.X3dh ? null : bob.CreateKemPreKey(1, RatchetSample.Now);
        _bobStore.Inner.Add(signed);
        _bobStore.Inner.Add(oneTime);
        if (kem is not null)
        {
            _bobStore.Inner.Add(kem);
        }

        _bundle = bob.CreateBundle(signed, kem, oneTime);
        Initiate();
        _first = Send(_alice, BobAddress);
        Receive(_bob, AliceAddress, _first);
        _bobStore.Inner.Add(oneTime);
        Receive(_alice, BobAddress, Send(_bob, AliceAddress));
        RoundTrip();
    }

    /// <summary>Nanoseconds of an operation by its name in libsignal.mjs.</summary>
    public double Nanoseconds(string operation) => operation switch
    {
        "Accept" => MeasureFrozen(_bobStore, () => Receive(_bob, AliceAddress, _first)),
        "Encrypt" => Measure(300, () => Send(_alice, BobAddress)),
        "Decrypt" => MeasureDecrypt(),
        "RoundTrip" => Measure(50, RoundTrip),
        "Initiate" => MeasureFrozen(_aliceStore, Initiate),
        _ => throw new ArgumentOutOfRangeException(nameof(operation), operation, "No such operation."),
    };

    private static double Measure(int calls, Action action)
    {
        double best = double.MaxValue;
        for (int i = 0; i < Blocks; i++)
        {
            long start = ThreadClock.Nanoseconds();
            for (int j = 0; j < calls; j++)
            {
                action();
            }

            best = Math.Min(best, (ThreadClock.Nanoseconds() - start) / (double)calls);
        }

        return best;
    }

    private double MeasureDecrypt()
    {
        const int Calls = 100;
        var queue = new Queue<RatchetMessage>(Enumerable.Range(0, Calls * Blocks).Select(_ => Send(_alice, BobAddress)));
        return Measure(Calls, () => Receive(_bob, AliceAddress, queue.Dequeue()));
    }

    private static double MeasureFrozen(KeepingStore store, Action action)
    {
        store.IsFrozen = true;
        return Measure(50, action);
    }

    private void Initiate() => RatchetSample.Require(Done(_alice.InitiateAsync(BobAddress, _bundle, _suite)));

    private void RoundTrip()
    {
        Receive(_bob, AliceAddress, Send(_alice, BobAddress));
        Receive(_alice, BobAddress, Send(_bob, AliceAddress));
    }

    private RatchetMessage Send(RatchetCipher from, RatchetAddress to)
    {
        EncryptResult result = Done(from.EncryptAsync(to, _plaintext));
        RatchetSample.Require(result.Status);
        return result.Message;
    }

    private static void Receive(RatchetCipher at, RatchetAddress from, RatchetMessage message) => RatchetSample.Require(Done(at.DecryptAsync(from, message)).Status);

    // The store is in memory: nothing here ever waits.
    private static T Done<T>(ValueTask<T> task) => task.IsCompleted ? task.Result : throw new InvalidOperationException("The call did not end at once.");
}
