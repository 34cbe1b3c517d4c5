using BenchmarkDotNet.Attributes;
using Session.Protocol.Benchmarks.Floors;
using Session.Protocol.Onion.Requests;

namespace Session.Protocol.Benchmarks.Onion;

/// <summary>What a node does with a request of 1 KiB that three hops are still ahead of: read, decrypt, find the next hop.</summary>
public class OnionPeel
{
    private readonly OnionSample _sample = new();
    private readonly OnionReplyKey _key = new();
    private readonly byte[] _request;
    private readonly RawOnion _raw;

    public OnionPeel()
    {
        _request = _sample.Build();
        _raw = new RawOnion(_sample.Raw, _sample.LayerSizes).Wrapped();
    }

    internal PeeledLayer? Result { get; private set; }

    [Benchmark(Baseline = true)]
    public void Floor() => _raw.Peel();

    [Benchmark]
    public void ToLayer()
    {
        bool ok = OnionHopRequest.TryParse(_request, out OnionHopRequest? request)
            & request!.TryOpen(_sample.Raw[0].EncryptionSecret, _sample.Nodes[0].EncryptionKey, _key, out byte[]? plaintext)
            & PeeledLayer.TryParse(plaintext, out PeeledLayer? layer);
        Result = ok ? layer : throw new InvalidOperationException("The layer does not open.");
    }
}
