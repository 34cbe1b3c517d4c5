using System.Buffers.Text;
using System.Text.Json;
using BenchmarkDotNet.Attributes;

namespace Session.Protocol.Benchmarks.Onion;

/// <summary>What <see cref="OnionReply"/> does beside the cryptography, each by itself: why its response costs more than its floor.</summary>
public class OnionReplyParts
{
    private readonly byte[] _plain = OnionReply.Plaintext();
    private readonly byte[] _base64;
    private readonly byte[] _decoded;

    public OnionReplyParts()
    {
        _decoded = new byte[_plain.Length];
        _base64 = new byte[Base64.GetMaxEncodedToUtf8Length(_plain.Length)];
        _ = Base64.EncodeToUtf8(_plain, _base64, out _, out _);
    }

    public byte[]? Result { get; private set; }

    [Benchmark]
    public void DecodeBase64() => _ = Base64.DecodeFromUtf8(_base64, _decoded, out _, out _);

    [Benchmark]
    public void ReadJson()
    {
        var reader = new Utf8JsonReader(_plain);
        while (reader.Read())
        {
        }
    }

    [Benchmark]
    public void AllocateResult() => Result = GC.AllocateUninitializedArray<byte>(_plain.Length);
}
