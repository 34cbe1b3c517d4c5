using System.Buffers;
using System.Buffers.Text;
using System.Text;
using BenchmarkDotNet.Attributes;
using Session.Protocol.Benchmarks.Floors;
using Session.Protocol.Cryptography;
using Session.Protocol.Onion.Requests;

namespace Session.Protocol.Benchmarks.Onion;

/// <summary>What the client does with the answer of a node, 1 KiB: base64, decrypt; for the response also an array of its own, status and body.</summary>
public class OnionReply
{
    private readonly OnionReplyKey _key = new();
    private readonly byte[] _reply;
    private readonly byte[] _opened;
    private readonly RawOnion _raw;
    private readonly int _plainSize;

    public OnionReply()
    {
        var sample = new OnionSample();
        sample.Builder.BuildForNode(sample.Path, sample.Destination, sample.Payload, new ArrayBufferWriter<byte>(), _key);
        byte[] plain = Plaintext();
        byte[] cipher = _key.Seal(plain, RandomSource.System);
        _reply = new byte[Base64.GetMaxEncodedToUtf8Length(cipher.Length)];
        _ = Base64.EncodeToUtf8(cipher, _reply, out _, out int length);
        Array.Resize(ref _reply, length);
        _opened = new byte[cipher.Length];
        _plainSize = plain.Length;
        _raw = new RawOnion(sample.Raw, sample.LayerSizes).WrappedReply(_plainSize);
    }

    public OnionResponse? Result { get; private set; }

    [Benchmark(Baseline = true)]
    public void Floor() => _raw.Reply(_plainSize);

    [Benchmark]
    public void ToSpan()
    {
        _ = Base64.DecodeFromUtf8(_reply, _opened, out _, out _);
        if (!_key.TryOpenInPlace(OnionCipher.XChaCha20, _opened, out _))
        {
            throw new InvalidOperationException("The reply does not open.");
        }
    }

    [Benchmark]
    public void ToResponse()
    {
        bool ok = OnionReplyReader.TryReadNodeReply(_reply, _key, out OnionResponse? response);
        Result = ok ? response : throw new InvalidOperationException("The reply does not open.");
    }

    /// <summary>What is inside a reply.</summary>
    internal static byte[] Plaintext() => Encoding.UTF8.GetBytes($"{{\"body\":\"{new string('x', OnionSample.PayloadSize)}\",\"status\":200}}");
}
