using BenchmarkDotNet.Attributes;
using Session.Protocol.Benchmarks.Floors;
using Session.Protocol.Ratchet;

namespace Session.Protocol.Benchmarks.Ratchet;

/// <summary>Encrypt 1 KiB in one chain.</summary>
public abstract class RatchetEncryptBase(RatchetSuite suite)
{
    private readonly RatchetSample _sample = new(suite);
    private readonly RawRatchet _raw = new(suite == RatchetSuite.PqxdhWithPqChain);

    public RatchetMessage Result { get; private set; }

    [Benchmark(Baseline = true)]
    public void Floor() => _raw.Encrypt();

    [Benchmark]
    public void ToMessage() => Result = _sample.Send(_sample.Alice);
}
