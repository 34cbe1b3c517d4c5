using BenchmarkDotNet.Attributes;
using Session.Protocol.Messages;
using Wire = Session.Protocol.Messages.Wire;

namespace Session.Protocol.Benchmarks.Messages;

/// <summary>The same from bytes to a checked record. The floor parses and checks nothing.</summary>
public class ContentDecode
{
    private Wire.Content? _raw;

    public MessageContent? Result { get; private set; }

    [Benchmark(Baseline = true)]
    public void Floor() => _raw = Wire.Content.Parser.ParseFrom(ContentSample.Bytes);

    [Benchmark]
    public void ToRecord()
    {
        ContentDecodeResult result = ContentCodec.TryDecode(ContentSample.Bytes, out MessageContent? content);
        Result = result == ContentDecodeResult.Ok ? content : throw new InvalidOperationException(result.ToString());
    }
}
