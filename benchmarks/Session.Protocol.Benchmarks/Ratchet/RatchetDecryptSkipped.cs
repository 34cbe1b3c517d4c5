using BenchmarkDotNet.Attributes;
using Session.Protocol.Benchmarks.Floors;
using Session.Protocol.Ratchet;

namespace Session.Protocol.Benchmarks.Ratchet;

/// <summary>
/// Decrypt 1 KiB when the 1,000 messages before it have not arrived: as many chain steps, whose message keys are kept. A session can do
/// that once, so it is read from its record each time.
/// </summary>
public class RatchetDecryptSkipped
{
    private const int Skipped = 1_000;

    private readonly RatchetSample _sample = new(RatchetSuite.Pqxdh);
    private readonly RawRatchet _raw = new();
    private readonly byte[] _chainKey = new byte[Sodium.KeySize];
    private readonly byte[] _record;
    private readonly RatchetMessage _message;

    public RatchetDecryptSkipped()
    {
        _record = _sample.Bob.Serialize();
        for (int i = 0; i < Skipped; i++)
        {
            _ = _sample.Send(_sample.Alice);
        }

        _message = _sample.Send(_sample.Alice);
    }

    public DecryptResult Result { get; private set; }

    [Benchmark(Baseline = true)]
    public void Floor()
    {
        Span<byte> seed = stackalloc byte[Sodium.KeySize];
        for (int i = 0; i < Skipped; i++)
        {
            RawHkdf.ChainStep(_chainKey, seed);
        }

        _raw.Decrypt();
    }

    [Benchmark]
    public void ToResult()
    {
        using RatchetSession bob = _sample.BobFrom(_record);
        Result = _sample.Receive(bob, _message);
    }
}
