using BenchmarkDotNet.Attributes;
using Session.Protocol.Benchmarks.Floors;
using Session.Protocol.Ratchet;

namespace Session.Protocol.Benchmarks.Ratchet;

/// <summary>1 KiB there and 1 KiB back: two messages, each of which turns the ratchet where it arrives.</summary>
public class RatchetRoundTrip
{
    private readonly RatchetSample _sample = new(RatchetSuite.Pqxdh);
    private readonly RawRatchet _raw = new();

    public DecryptResult Result { get; private set; }

    [Benchmark(Baseline = true)]
    public void Floor()
    {
        for (int i = 0; i < 2; i++)
        {
            _raw.Encrypt();
            _raw.Step();
            _raw.Decrypt();
        }
    }

    [Benchmark]
    public void ToResult()
    {
        _sample.Receive(_sample.Bob, _sample.Send(_sample.Alice));
        Result = _sample.Receive(_sample.Alice, _sample.Send(_sample.Bob));
    }
}
