using BenchmarkDotNet.Attributes;
using Session.Protocol.Accounts;
using Session.Protocol.Benchmarks.Floors;

namespace Session.Protocol.Benchmarks.Identity;

/// <summary>An account from its 13 words, in guarded memory, and its disposal. The floor knows the seed already.</summary>
public class IdentityFromPhrase
{
    private readonly byte[] _seed = new byte[SessionIdentity.ShortSeedSize];
    private readonly string _phrase;

    public IdentityFromPhrase()
    {
        using SessionIdentity identity = SessionIdentity.FromSeed(_seed, SecretExport.Allowed);
        _phrase = identity.ExportPhrase();
    }

    [Benchmark(Baseline = true)]
    public void Floor() => RawIdentity.Make(_seed);

    [Benchmark]
    public void Create() => SessionIdentity.FromPhrase(_phrase).Dispose();
}
