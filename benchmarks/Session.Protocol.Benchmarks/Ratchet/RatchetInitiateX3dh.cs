using BenchmarkDotNet.Attributes;
using Session.Protocol.Benchmarks.Floors;
using Session.Protocol.Ratchet;

namespace Session.Protocol.Benchmarks.Ratchet;

/// <summary>Start a session from a bundle with all its keys: X3DH.</summary>
public class RatchetInitiateX3dh
{
    private readonly RatchetSample _sample = new(RatchetSuite.X3dh);
    private readonly RawHandshake _raw = new(isHybrid: false);

    [Benchmark(Baseline = true)]
    public void Floor() => _raw.Initiate();

    [Benchmark]
    public void ToSession()
    {
        using RatchetSession alice = _sample.NewAlice();
        RatchetSample.Require(alice.Initiate(_sample.Bundle, RatchetSample.Now, RatchetSuite.X3dh));
    }
}
