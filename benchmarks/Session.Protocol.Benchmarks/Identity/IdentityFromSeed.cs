using BenchmarkDotNet.Attributes;
using Session.Protocol.Accounts;
using Session.Protocol.Benchmarks.Floors;

namespace Session.Protocol.Benchmarks.Identity;

/// <summary>The keys of an account from its 16-byte seed, in guarded memory, and their disposal.</summary>
public class IdentityFromSeed
{
    private readonly byte[] _seed = new byte[SessionIdentity.ShortSeedSize];

    [Benchmark(Baseline = true)]
    public void Floor() => RawIdentity.Make(_seed);

    [Benchmark]
    public void Create() => SessionIdentity.FromSeed(_seed).Dispose();
}
