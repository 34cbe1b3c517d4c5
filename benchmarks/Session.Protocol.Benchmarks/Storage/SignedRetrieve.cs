using BenchmarkDotNet.Attributes;
using Session.Protocol.Accounts;
using Session.Protocol.Benchmarks.Floors;
using Session.Protocol.Onion.Storage;
using Session.Protocol.Onion.Swarms;

namespace Session.Protocol.Benchmarks.Storage;

/// <summary>A request to read one's mailbox, signed, as JSON. The floor is the signature.</summary>
public class SignedRetrieve
{
    private const long TimestampMs = 1_700_000_000_000;
    private readonly RawAccount _account = new(1);
    private readonly byte[] _signed = "retrieve1700000000000"u8.ToArray();
    private readonly byte[] _signature = new byte[Sodium.SignatureSize];
    private readonly StorageRequest _request;

    public SignedRetrieve()
    {
        SessionIdentity identity = SessionIdentity.FromSeed(_account.Seed);
        _request = new RetrieveRequest(identity.AccountId, SwarmNamespace.Default, SwarmCredentials.ForAccount(identity));
    }

    public byte[] Result { get; private set; } = [];

    [Benchmark(Baseline = true)]
    public void Floor() => _ = Sodium.Sign(_signature, 0, _signed, (ulong)_signed.Length, _account.SigningSecret);

    [Benchmark]
    public void ToBody() => Result = _request.ToBody(TimestampMs);
}
