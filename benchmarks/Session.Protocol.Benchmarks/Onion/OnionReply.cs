using System.Buffers;
using System.Buffers.Text;
using System.Text;
using BenchmarkDotNet.Attributes;
using Session.Protocol.Benchmarks.Floors;
using Session.Protocol.Cryptography;
using Session.Protocol.Onion.Requests;

namespace Session.Protocol.Benchmarks.Onion;

/// <summary>What the client does with the answer of a node, 1 KiB: base64, decrypt, read status and body.</summary>
public class OnionReply
{
    private readonly OnionReplyKey _key = new();
    private readonly byte[] _reply;
    private readonly RawOnion _raw;
    private readonly int _plainSize;

    public OnionReply()
    {
        var sample = new OnionSample();
        sample.Builder.BuildForNode(sample.Path, sample.Destination, sample.Payload, new ArrayBufferWriter<byte>(), _key);
        byte[] plain = Encoding.UTF8.GetBytes($"{{\"body\":\"{new string('x', OnionSample.PayloadSize)}\",\"status\":200}}");
        byte[] cipher = _key.Seal(plain, RandomSource.System);
        _reply = new byte[Base64.GetMaxEncodedToUtf8Length(cipher.Length)];
        _ = Base64.EncodeToUtf8(cipher, _reply, out _, out int length);
        Array.Resize(ref _reply, length);
        _plainSize = plain.Length;
        _raw = new RawOnion(sample.Raw, sample.LayerSizes).WrappedReply(_plainSize);
    }

    public OnionResponse? Result { get; private set; }

    [Benchmark(Baseline = true)]
    public void Floor() => _raw.Reply(_plainSize);

    [Benchmark]
    public void ToResponse()
    {
        bool ok = OnionReplyReader.TryReadNodeReply(_reply, _key, out OnionResponse? response);
        Result = ok ? response : throw new InvalidOperationException("The reply does not open.");
    }
}
