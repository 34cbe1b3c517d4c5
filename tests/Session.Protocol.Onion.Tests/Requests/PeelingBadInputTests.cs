using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using CsCheck;
using Session.Protocol.Onion.Requests;

namespace Session.Protocol.Onion.Tests.Requests;

/// <summary>What strangers can send to the peeling side.</summary>
public class PeelingBadInputTests
{
    private static readonly TestNode Hop = new(1);
    private static readonly TestNode Destination = new(2);

    [Fact]
    public void TryParseAndOpen_RequestCutOrFlippedAnywhere_NeverOpens()
    {
        byte[] body = Build();
        for (int i = 0; i < body.Length; i++)
        {
            byte[] flipped = [.. body];
            flipped[i] ^= 0x40;

            Assert.False(Opens(body[..i]), $"cut at {i}");
            Assert.False(Opens(flipped) && !IsHarmless(body, i), $"flipped at {i}");
        }
    }

    [Fact]
    public void TryParse_RandomBytes_NeverThrows() =>
        Gen.Byte.Array[0, 400].Sample(bytes =>
        {
            _ = Opens(bytes);
            _ = PeeledLayer.TryParse(bytes, out _);
        });

    [Fact]
    public void TryParse_OverTheNodesLimit_IsRefused()
    {
        byte[] body = new byte[OnionRequestBuilder.MaxBodySize + 1];
        Build().CopyTo(body, 0);

        Assert.False(OnionHopRequest.TryParse(body, out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"headers\":\"\"")]
    [InlineData("{\"headers\":\"\"} x")]
    [InlineData("{\"headers\":1,\"json\":\"yes\"}")]
    [InlineData("{\"headers\":1,\"base64\":0}")]
    [InlineData("{\"host\":1,\"target\":\"/oxen/v4/lsrpc\"}")]
    [InlineData("{\"host\":\"a\"}")]
    [InlineData("{\"host\":\"\\ud800\",\"target\":\"/oxen/v4/lsrpc\"}")]
    [InlineData("{\"host\":\"a\",\"target\":\"/t\",\"port\":65536}")]
    [InlineData("{\"host\":\"a\",\"target\":\"/t\",\"port\":\"80\"}")]
    [InlineData("{\"host\":\"a\",\"target\":\"/t\",\"protocol\":null}")]
    [InlineData("{\"destination\":\"zz\",\"ephemeral_key\":\"0000000000000000000000000000000000000000000000000000000000000009\"}")]
    [InlineData("{\"destination\":\"0000000000000000000000000000000000000000000000000000000000000009\"}")]
    [InlineData("{\"destination\":\"0000000000000000000000000000000000000000000000000000000000000009\",\"ephemeral_key\":\"09\"}")]
    public void PeeledLayer_BadControlJson_IsRefused(string json) => Assert.False(PeeledLayer.TryParse(Envelope("data"u8, json), out _));

    [Theory]
    [InlineData("{\"headers\":null}", true, false)]
    [InlineData("{\"body\":null,\"headers\":{\"a\":1},\"json\":true,\"base64\":false}", false, true)]
    [InlineData("{\"headers\":\"\",\"host\":\"a\"}", true, false)]
    public void PeeledLayer_HeadersPresent_IsFinal(string json, bool base64, bool asJson)
    {
        Assert.True(PeeledLayer.TryParse(Envelope("data"u8, json), out PeeledLayer? layer));

        PeeledLayer.Final final = Assert.IsType<PeeledLayer.Final>(layer);
        Assert.Equal((base64, asJson, "data"), (final.Base64, final.Json, Encoding.UTF8.GetString(final.Payload.Span)));
    }

    private static bool Opens(byte[] body)
    {
        using var key = new OnionReplyKey();
        return OnionHopRequest.TryParse(body, out OnionHopRequest? request) && request.TryOpen(Hop.Secret, Hop.Node.EncryptionKey, key, out _);
    }

    // In the clear JSON a flip can turn a hex letter's case or the name of a key that nobody misses.
    private static bool IsHarmless(byte[] body, int position) => position >= 4 + BinaryPrimitives.ReadInt32LittleEndian(body);

    private static byte[] Build()
    {
        using var key = new OnionReplyKey();
        var output = new ArrayBufferWriter<byte>();
        new OnionRequestBuilder(new SeededRandomSource(1)).BuildForNode([Hop.Node], Destination.Node, "{}"u8, output, key);
        return output.WrittenSpan.ToArray();
    }

    private static byte[] Envelope(ReadOnlySpan<byte> data, string json)
    {
        byte[] length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, data.Length);
        return [.. length, .. data, .. Encoding.UTF8.GetBytes(json)];
    }
}
