using System.Buffers;
using BenchmarkDotNet.Attributes;
using Session.Protocol.Encodings;

namespace Session.Protocol.Benchmarks.Encodings;

/// <summary>A dictionary with a number, a text and 1 KiB, as servers' answers have it.</summary>
public class BencodeDictionary
{
    private readonly byte[] _body = new byte[1024];
    private readonly ArrayBufferWriter<byte> _output = new(2048);
    private readonly byte[] _encoded;

    public BencodeDictionary()
    {
        Write();
        _encoded = _output.WrittenSpan.ToArray();
    }

    [Benchmark]
    public void Write()
    {
        _output.ResetWrittenCount();
        var writer = new BencodeWriter(_output);
        writer.StartDictionary();
        writer.WriteKey("body"u8);
        writer.WriteString(_body);
        writer.WriteKey("code"u8);
        writer.WriteInteger(200);
        writer.End();
    }

    [Benchmark]
    public void Read()
    {
        var reader = new BencodeReader(_encoded);
        bool ok = reader.TryStartDictionary() && reader.TryFindKey("body"u8) && reader.TryReadString(out _)
            && reader.TryFindKey("code"u8) && reader.TryReadInteger(out _) && reader.TryEnd();
        if (!ok)
        {
            throw new InvalidOperationException("The dictionary does not read.");
        }
    }
}
