using BenchmarkDotNet.Attributes;
using Session.Protocol.Benchmarks.Floors;
using Session.Protocol.Ratchet;

namespace Session.Protocol.Benchmarks.Ratchet;

/// <summary>Accept a session by its first message of 1 KiB: PQXDH.</summary>
public class RatchetAcceptPqxdh
{
    private readonly RatchetSample _sample = new(RatchetSuite.Pqxdh);
    private readonly RawHandshake _raw = new(isHybrid: true);

    public DecryptResult Result { get; private set; }

    [Benchmark(Baseline = true)]
    public void Floor() => _raw.Accept();

    [Benchmark]
    public void ToResult()
    {
        using RatchetSession bob = _sample.NewBob();
        Result = _sample.Receive(bob, _sample.FirstMessage);
    }
}
