using System.Buffers;
using BenchmarkDotNet.Attributes;
using Google.Protobuf;
using Session.Protocol.Messages;
using Wire = Session.Protocol.Messages.Wire;

namespace Session.Protocol.Benchmarks.Messages;

/// <summary>A text with a quote and a profile, from record to bytes. The floor is the protobuf runtime on a message made ahead.</summary>
public class ContentEncode
{
    private readonly ArrayBufferWriter<byte> _output = new(1024);
    private readonly Wire.Content _raw = Wire.Content.Parser.ParseFrom(ContentSample.Bytes);

    [Benchmark(Baseline = true)]
    public void Floor()
    {
        _output.ResetWrittenCount();
        _raw.WriteTo(_output);
    }

    [Benchmark]
    public void ToWriter()
    {
        _output.ResetWrittenCount();
        ContentCodec.Encode(ContentSample.Message, ContentSample.TimestampMs, _output);
    }
}
