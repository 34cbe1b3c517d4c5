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
        _plaintext = new byte[_request.Length];
        _raw = new RawOnion(_sample.Raw, _sample.LayerSizes).Wrapped();
    }

    private readonly byte[] _plaintext;

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

    [Benchmark]
    public void ToSpan()
    {
        if (!OnionHopRequest.TryPeel(_request, _sample.Raw[0].EncryptionSecret, _sample.Nodes[0].EncryptionKey, _key, _plaintext, out _))
        {
            throw new InvalidOperationException("The layer does not open.");
        }
    }
}
