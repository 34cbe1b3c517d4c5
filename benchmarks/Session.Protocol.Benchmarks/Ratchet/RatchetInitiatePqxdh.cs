using BenchmarkDotNet.Attributes;
using Session.Protocol.Benchmarks.Floors;
using Session.Protocol.Ratchet;

namespace Session.Protocol.Benchmarks.Ratchet;

/// <summary>Start a session from a bundle with all its keys: PQXDH.</summary>
public class RatchetInitiatePqxdh
{
    private readonly RatchetSample _sample = new(RatchetSuite.Pqxdh);
    private readonly RawHandshake _raw = new(isHybrid: true);

    [Benchmark(Baseline = true)]
    public void Floor() => _raw.Initiate();

    [Benchmark]
    public void ToSession()
    {
        using RatchetSession alice = _sample.NewAlice();
        RatchetSample.Require(alice.Initiate(_sample.Bundle, RatchetSample.Now, RatchetSuite.Pqxdh));
    }
}
