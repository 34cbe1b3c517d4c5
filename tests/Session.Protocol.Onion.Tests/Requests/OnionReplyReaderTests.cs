using System.Buffers;
using System.Text;
using CsCheck;
using Session.Protocol.Cryptography;
using Session.Protocol.Onion.Requests;

namespace Session.Protocol.Onion.Tests.Requests;

public sealed class OnionReplyReaderTests : IDisposable
{
    private static readonly TestNode Hop = new(1);
    private static readonly TestNode Destination = new(2);

    private readonly OnionReplyKey _key = new();

    public OnionReplyReaderTests() =>
        new OnionRequestBuilder(RandomSource.System).BuildForNode([Hop.Node], Destination.Node, "{}"u8, new ArrayBufferWriter<byte>(), _key);

    public void Dispose() => _key.Dispose();

    [Theory]
    [InlineData("{\"status\":200,\"body\":\"{\\\"t\\\":1}\"}", 200, "{\"t\":1}")]
    [InlineData("{\"status_code\":421,\"body\":\"x\"}", 421, "x")]
    [InlineData("{\"body\":{\"t\":[1,\"a\"]},\"status\":200}", 200, "{\"t\":[1,\"a\"]}")]
    [InlineData("{\"status\":503,\"body\":\"Snode not ready\",\"more\":[{}]}", 503, "Snode not ready")]
    [InlineData("{\"status\":200}", 200, "")]
    [InlineData("{\"status\":200,\"body\":null}", 200, "")]
    [InlineData("{\"status\":200,\"body\":\"\\u00fc\\ud83d\\ude00\"}", 200, "ü😀")]
    [InlineData(" {\"status\" : 200 , \"body\" : \"\" } ", 200, "")]
    public void TryReadNodeReply_AcceptedForms_GiveStatusAndBody(string plaintext, int status, string body)
    {
        byte[] sealedReply = _key.Seal(Encoding.UTF8.GetBytes(plaintext), RandomSource.System);
        string base64 = Convert.ToBase64String(sealedReply);

        foreach (byte[] wire in new[] { Bytes(base64), Bytes(base64.TrimEnd('=') + "\n"), Bytes($"{{\"t\":1,\"result\":\"{base64}\"}}"), sealedReply })
        {
            Assert.True(OnionReplyReader.TryReadNodeReply(wire, _key, out OnionResponse? response));
            Assert.Equal((status, body), (response.Status, Encoding.UTF8.GetString(response.Body.Span)));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"body\":\"x\"}")]
    [InlineData("{\"status\":\"200\",\"body\":\"x\"}")]
    [InlineData("{\"status\":1e99,\"body\":\"x\"}")]
    [InlineData("{\"status\":200,\"body\":\"x\"")]
    [InlineData("{\"status\":200,\"body\":\"x\"}}")]
    [InlineData("{\"status\":200,\"body\":\"\\ud800\"}")]
    [InlineData("{\"status\":200,\"body\":{\"a\":}}")]
    public void TryReadNodeReply_DecryptsToSomethingElse_IsRefused(string plaintext) =>
        Assert.False(OnionReplyReader.TryReadNodeReply(_key.Seal(Encoding.UTF8.GetBytes(plaintext), RandomSource.System), _key, out _));

    [Fact]
    public void TryReadNodeReply_CutFlippedOrRandom_IsRefused()
    {
        byte[] reply = _key.Seal("{\"status\":200,\"body\":\"x\"}"u8, RandomSource.System);
        for (int i = 0; i < reply.Length; i++)
        {
            byte[] flipped = [.. reply];
            flipped[i] ^= 1;
            Assert.False(OnionReplyReader.TryReadNodeReply(flipped, _key, out _));
            Assert.False(OnionReplyReader.TryReadNodeReply(reply.AsSpan(0, i), _key, out _));
            Assert.False(OnionReplyReader.TryReadNodeReply(Bytes(Convert.ToBase64String(flipped)), _key, out _));
            Assert.False(OnionReplyReader.TryReadNodeReply(Bytes(Convert.ToBase64String(reply, 0, i)), _key, out _));
        }

        Gen.Byte.Array[0, 200].Sample(
            bytes =>
            {
                Assert.False(OnionReplyReader.TryReadNodeReply(bytes, _key, out _));
                Assert.False(OnionReplyReader.TryReadServerReply(bytes, _key, out _));
            },
            threads: 1);
    }

    [Fact]
    public void TryReadNodeReply_OfAnotherRequest_IsRefused()
    {
        using var other = new OnionReplyKey();
        new OnionRequestBuilder(RandomSource.System).BuildForNode([Hop.Node], Destination.Node, "{}"u8, new ArrayBufferWriter<byte>(), other);

        Assert.False(OnionReplyReader.TryReadNodeReply(other.Seal("{\"status\":200,\"body\":\"x\"}"u8, RandomSource.System), _key, out _));
    }

    [Theory]
    [InlineData("l34:{\"code\":404,\"headers\":{\"A\":\"b\"}}xx5:12345e", false)]
    [InlineData("l32:{\"code\":404,\"headers\":{\"A\":\"b\"}}5:12345e", true)]
    [InlineData("l32:{\"code\":404,\"headers\":{\"A\":\"b\"}}e", true)]
    [InlineData("l32:{\"code\":404,\"headers\":{\"A\":\"b\"}}0:e", true)]
    [InlineData("l32:{\"code\":404,\"headers\":{\"A\":\"b\"}}5:12345", false)]
    [InlineData("l32:{\"code\":404,\"headers\":{\"A\":\"b\"}}5:12345ee", false)]
    [InlineData("l32:{\"code\":404,\"headers\":{\"A\":\"b\"}}6:12345e", false)]
    [InlineData("l032:{\"code\":404,\"headers\":{\"A\":\"b\"}}5:12345e", false)]
    [InlineData("l-2:{}e", false)]
    [InlineData("l99999999999999999999:{}e", false)]
    [InlineData("l2:{}e", false)]
    [InlineData("le", false)]
    [InlineData("l", false)]
    [InlineData("", false)]
    public void TryReadServerReply_Framing_IsStrict(string plaintext, bool accepted)
    {
        bool read = OnionReplyReader.TryReadServerReply(_key.Seal(Encoding.UTF8.GetBytes(plaintext), RandomSource.System), _key, out ServerResponse? response);

        Assert.Equal(accepted, read);
        if (accepted)
        {
            Assert.Equal((404, "b"), (response!.Code, response.Headers["a"]));
        }
    }

    [Fact]
    public void V4_AnyBody_SurvivesBothDirections() =>
        Gen.Byte.Array[0, 300].Sample(body =>
        {
            var headers = new Dictionary<string, string> { ["x-name"] = "ü\"" };
            Assert.True(V4Message.TryDecodeResponse(V4Message.EncodeResponse(new ServerResponse(200, headers, body)), out ServerResponse? response));
            Assert.True(V4Message.TryDecodeRequest(V4Message.EncodeRequest(new ServerRequest("PUT", "/a?b=c", headers, body)), out ServerRequest? request));

            Assert.Equal(body, response.Body.ToArray());
            Assert.Equal(body, request.Body!.Value.ToArray());
            Assert.Equal(headers, request.Headers);
            Assert.Equal(headers, response.Headers);
        });

    private static byte[] Bytes(string text) => Encoding.ASCII.GetBytes(text);
}
