using System.Buffers;
using BenchmarkDotNet.Attributes;
using Session.Protocol.Benchmarks.Floors;
using Session.Protocol.SenderKeys;

namespace Session.Protocol.Benchmarks.SenderKeys;

/// <summary>Decrypt 1 KiB from a group, in order.</summary>
public class SenderKeyDecrypt
{
    // A message opens once: after so many the reader is read from its record again, which then does not show.
    private const int Messages = 8_192;

    private readonly SenderKeySample _sample = new();
    private readonly RawSenderKey _raw = new();
    private readonly ArrayBufferWriter<byte> _output = new(2048);
    private readonly byte[][] _messages = new byte[Messages][];
    private SenderKeySession _reader;
    private int _next;

    public SenderKeyDecrypt()
    {
        _reader = _sample.NewReader();
        for (int i = 0; i < Messages; i++)
        {
            SenderKeySample.Require(_sample.Author.Encrypt(_sample.Plaintext, out _messages[i]));
        }
    }

    public SenderKeyDecryptResult Result { get; private set; }

    [Benchmark(Baseline = true)]
    public void Floor() => _raw.Decrypt();

    [Benchmark]
    public void ToWriter()
    {
        _output.ResetWrittenCount();
        byte[] message = Next();
        SenderKeySample.Require(_reader.DecryptTo(message, _output));
    }

    [Benchmark]
    public void ToArray()
    {
        byte[] message = Next();
        Result = _reader.Decrypt(message);
        SenderKeySample.Require(Result.Status);
    }

    // May replace the reader.
    private byte[] Next()
    {
        if (_next == Messages)
        {
            _reader.Dispose();
            _reader = _sample.NewReader();
            _next = 0;
        }

        return _messages[_next++];
    }
}
