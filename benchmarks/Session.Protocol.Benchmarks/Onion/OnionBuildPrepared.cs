using System.Buffers;
using BenchmarkDotNet.Attributes;
using Session.Protocol.Benchmarks.Floors;
using Session.Protocol.Cryptography;
using Session.Protocol.Onion.Requests;

namespace Session.Protocol.Benchmarks.Onion;

/// <summary>The same request as in <see cref="OnionBuild"/> with ephemeral keys that another thread made: what the caller waits for.</summary>
public class OnionBuildPrepared
{
    private readonly OnionSample _sample = new();
    private readonly ArrayBufferWriter<byte> _output = new(16 * OnionSample.PayloadSize);
    private readonly OnionReplyKey _key = new();
    private readonly LayerKeyPool _pool = new(RandomSource.System);
    private readonly OnionRequestBuilder _builder;
    private readonly RawOnion _raw;

    public OnionBuildPrepared()
    {
        _raw = new RawOnion(_sample.Raw, _sample.LayerSizes);
        _builder = new OnionRequestBuilder(RandomSource.System, OnionCipher.XChaCha20, _pool);
    }

    [Benchmark(Baseline = true)]
    public void Floor() => _raw.Build();

    [Benchmark]
    public void ToWriter()
    {
        _output.ResetWrittenCount();
        _builder.BuildForNode(_sample.Path, _sample.Destination, _sample.Payload, _output, _key);
    }
}
