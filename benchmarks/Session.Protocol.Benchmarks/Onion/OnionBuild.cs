using System.Buffers;
using BenchmarkDotNet.Attributes;
using Session.Protocol.Benchmarks.Floors;
using Session.Protocol.Onion.Requests;

namespace Session.Protocol.Benchmarks.Onion;

/// <summary>Wrap 1 KiB for a node behind three hops: four layers.</summary>
public class OnionBuild
{
    private readonly OnionSample _sample = new();
    private readonly ArrayBufferWriter<byte> _output = new(16 * OnionSample.PayloadSize);
    private readonly OnionReplyKey _key = new();
    private readonly RawOnion _raw;

    public OnionBuild() => _raw = new RawOnion(_sample.Raw, _sample.LayerSizes);

    [Benchmark(Baseline = true)]
    public void Floor() => _raw.Build();

    [Benchmark]
    public void ToWriter()
    {
        _output.ResetWrittenCount();
        _sample.Builder.BuildForNode(_sample.Path, _sample.Destination, _sample.Payload, _output, _key);
    }
}
