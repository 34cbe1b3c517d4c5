using System.Text;
using CsCheck;
using Session.Protocol.Cryptography;
using Session.Protocol.Onion.Nodes;
using Session.Protocol.Onion.Requests;

namespace Session.Protocol.Onion.Tests.Requests;

/// <summary>Requests and replies that are not in memory, read and made by what reads and makes those that are.</summary>
public class StreamedOnionTests
{
    private static readonly TestNode[] Nodes = TestNode.Many(5);
    private static readonly TestNode Destination = new(99);
    private static readonly OnionServer Server = new(new Uri("http://files.example:8080"), Destination.Node.EncryptionKey);
    private static readonly ServerRequest Request = new("POST", "/file", new Dictionary<string, string> { ["X"] = "y" });

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Write_AnyPathAndBody_ReachesTheServerAsTheRequestInMemoryDoes() =>
        await Gen.Select(Gen.Int[1, 5], Gen.Int[-1, 200_000], Gen.Int).SampleAsync(
            async (hops, size, seed) =>
            {
                using var key = new OnionReplyKey();
                byte[]? body = size < 0 ? null : Pattern(size);
                using StreamedOnionRequest request = Build(hops, body, key, seed);
                byte[] first = await WriteAsync(request), again = await WriteAsync(request);

                Assert.Equal(request.Length, first.Length);
                Assert.Equal(first, again);
                (byte[] payload, OnionReplyKey serverKey) = Peel(first, hops);
                using (serverKey)
                {
                    Assert.Equal(V4Message.EncodeRequest(Request with { Body = body }), payload);
                    byte[] plaintext = new byte[100];
                    Assert.True(key.TryOpen(serverKey.Seal("answer"u8, RandomSource.System), plaintext, out int written));
                    Assert.Equal("answer", Encoding.UTF8.GetString(plaintext.AsSpan(0, written)));
                }
            },
            iter: 40);

    [Fact]
    public async Task Write_TwoAtTheSameTime_GiveTheSameBytes()
    {
        // The first copy of a request may still be under way when it is sent again on another connection.
        using var key = new OnionReplyKey();
        using StreamedOnionRequest request = Build(3, Pattern(300_000), key, 1);
        byte[] expected = await WriteAsync(request);
        byte[][] copies = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => WriteAsync(request), Cancellation)));
        Assert.All(copies, copy => Assert.True(copy.AsSpan().SequenceEqual(expected)));
    }

    [Theory]
    [InlineData(99)]
    [InlineData(101)]
    public async Task Write_BodyOfAnotherLength_Throws(int said)
    {
        using var key = new OnionReplyKey();
        var body = new StreamedBody(said, () => new MemoryStream(Pattern(100)));
        using StreamedOnionRequest request = Build(3, body, key, 1);
        await Assert.ThrowsAsync<ArgumentException>(() => WriteAsync(request));
    }

    [Fact]
    public async Task Write_BodyThatCannotBeRead_SaysWhoseFaultItIs()
    {
        using var key = new OnionReplyKey();
        using StreamedOnionRequest request = Build(3, new StreamedBody(5, () => throw new FileNotFoundException("gone")), key, 1);
        await Assert.ThrowsAsync<FileNotFoundException>(() => WriteAsync(request));
        Assert.IsType<FileNotFoundException>(request.BodyFailure?.SourceException);
    }

    [Fact]
    public async Task Write_Disposed_Refuses()
    {
        using var key = new OnionReplyKey();
        StreamedOnionRequest request = Build(3, Pattern(10), key, 1);
        request.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => WriteAsync(request));
    }

    [Fact]
    public void StreamForServer_UnusableKeyOrTooLarge_Throws()
    {
        using var key = new OnionReplyKey();
        var builder = new OnionRequestBuilder(RandomSource.System);
        var bad = new ServiceNode(Nodes[0].Node.IdentityKey, default, Nodes[0].Node.Address, 1);
        Assert.Equal(OnionFault.PathFailed, Assert.Throws<OnionException>(() => builder.StreamForServer([bad, Nodes[1].Node], Server, Start(null), null, key)).Fault);
        var large = new StreamedBody(OnionRequestBuilder.MaxBodySize, () => Stream.Null);
        Assert.Throws<ArgumentException>(() => builder.StreamForServer([Nodes[0].Node], Server, Start(large.Length), large, key));
        Assert.Throws<InvalidOperationException>(() => new OnionRequestBuilder(RandomSource.System, OnionCipher.AesGcm).StreamForServer([Nodes[0].Node], Server, Start(null), null, key));
    }

    [Fact]
    public async Task ReadReply_AnyBodyInEitherCipher_CanBeReadFromAnywhere() =>
        await Gen.Select(Gen.Int[0, 400_000], Gen.Enum<OnionCipher>(), Gen.Int[0, 400_000]).SampleAsync(
            async (size, cipher, from) =>
            {
                using var key = new OnionReplyKey();
                using OnionReplyKey serverKey = await ServerKeyAsync(key);
                byte[] body = Pattern(size);
                using MemoryStream spool = Spooled(serverKey.Seal(cipher, V4Message.EncodeResponse(new ServerResponse(200, new Dictionary<string, string> { ["a"] = "b" }, body)), RandomSource.System));
                using StreamedServerResponse? response = await StreamedReplyReader.ReadAsync(spool, key, Cancellation);

                Assert.NotNull(response);
                Assert.Equal((200, "b", (long)size), (response.Code, response.Headers["a"], response.Body.Length));
                int start = Math.Min(from, size);
                response.Body.Position = start;
                byte[] rest = new byte[size - start];
                await response.Body.ReadExactlyAsync(rest, Cancellation);
                Assert.True(rest.AsSpan().SequenceEqual(body.AsSpan(start)));
                Assert.Equal(0, await response.Body.ReadAsync(new byte[1], Cancellation));
                response.Body.Seek(-1, SeekOrigin.End);
                Assert.Equal(size == 0 ? -1 : body[^1], response.Body.ReadByte());
            },
            iter: 40);

    [Fact]
    public async Task ReadReply_AnythingElse_IsUnreadableExactlyWhereInMemoryItIs() =>
        await Gen.Select(Gen.Frequency((3, Gen.Byte.Array[0, 60]), (2, Gen.Const(Encoding.UTF8.GetBytes("l12:{\"code\":200}5:helloe"))), (1, Gen.Const(Encoding.UTF8.GetBytes("l12:{\"code\":200}e")))), Gen.Int[0, 60], Gen.Byte).SampleAsync(
            async (plaintext, at, to) =>
            {
                byte[] changed = [.. plaintext];
                if (at < changed.Length)
                {
                    changed[at] = to;
                }

                using var key = new OnionReplyKey();
                using OnionReplyKey serverKey = await ServerKeyAsync(key);
                bool expected = V4Message.TryDecodeResponse(changed, out ServerResponse? whole);
                using MemoryStream spool = Spooled(serverKey.Seal(changed, RandomSource.System));
                using StreamedServerResponse? response = await StreamedReplyReader.ReadAsync(spool, key, Cancellation);
                Assert.Equal(expected, response is not null);
                if (response is not null)
                {
                    using var body = new MemoryStream();
                    await response.Body.CopyToAsync(body, Cancellation);
                    Assert.Equal((whole!.Code, Convert.ToHexString(whole.Body.Span)), (response.Code, Convert.ToHexString(body.ToArray())));
                }
            },
            iter: 400);

    [Fact]
    public async Task ReadReply_OneBitFlippedOrCut_IsUnreadable()
    {
        using var key = new OnionReplyKey();
        using OnionReplyKey serverKey = await ServerKeyAsync(key);
        byte[] reply = serverKey.Seal(V4Message.EncodeResponse(new ServerResponse(200, new Dictionary<string, string>(), Pattern(70_000))), RandomSource.System);
        for (int i = 0; i < 200; i++)
        {
            byte[] changed = [.. reply];
            changed[Random.Shared.Next(changed.Length)] ^= (byte)(1 << Random.Shared.Next(8));
            await RefusedAsync(changed, key);
        }

        foreach (int length in new[] { 0, 1, 39, 40, 65_536, reply.Length - 1 })
        {
            await RefusedAsync(reply[..length], key);
        }
    }

    private static async Task RefusedAsync(byte[] reply, OnionReplyKey key)
    {
        using MemoryStream spool = Spooled(reply);
        Assert.Null(await StreamedReplyReader.ReadAsync(spool, key, Cancellation));
    }

    private static MemoryStream Spooled(byte[] bytes) => new(bytes);

    private static ReadOnlyMemory<byte> Start(long? length) => V4Message.EncodeRequestStart(Request, length);

    private static StreamedOnionRequest Build(int hops, byte[]? body, OnionReplyKey key, int seed) =>
        Build(hops, body is null ? null : new StreamedBody(body.Length, () => new MemoryStream(body)), key, seed);

    private static StreamedOnionRequest Build(int hops, StreamedBody? body, OnionReplyKey key, int seed)
    {
        ServiceNode[] path = [.. Nodes[..hops].Select(node => node.Node)];
        var builder = new OnionRequestBuilder(new SeededRandomSource(seed));
        StreamedOnionRequest request = builder.StreamForServer(path, Server, Start(body?.Length), body, key);
        Assert.Equal(builder.SizeForServer(hops, Server, StreamedOnionRequest.TextLength(Start(body?.Length), body)), request.Length);
        return request;
    }

    private static async Task<byte[]> WriteAsync(StreamedOnionRequest request)
    {
        using var output = new MemoryStream();
        await request.WriteAsync(output, Cancellation);
        return output.ToArray();
    }

    // The server's side of the key.
    private static async Task<OnionReplyKey> ServerKeyAsync(OnionReplyKey key)
    {
        using StreamedOnionRequest request = Build(1, [], key, 7);
        return Peel(await WriteAsync(request), 1).Key;
    }

    // As nodes and server do it.
    private static (byte[] Payload, OnionReplyKey Key) Peel(byte[] body, int hops)
    {
        Assert.True(OnionHopRequest.TryParse(body, out OnionHopRequest? request));
        for (int hop = 0; hop < hops; hop++)
        {
            using var own = new OnionReplyKey();
            Assert.True(request.TryOpen(Nodes[hop].Secret, Nodes[hop].Node.EncryptionKey, own, out byte[]? plaintext));
            Assert.True(PeeledLayer.TryParse(plaintext, out PeeledLayer? layer));
            if (hop == hops - 1)
            {
                PeeledLayer.ToServer exit = Assert.IsType<PeeledLayer.ToServer>(layer);
                Assert.Equal("files.example", exit.Host);
                Assert.True(OnionHopRequest.TryParse(exit.Plaintext, out request));
            }
            else
            {
                request = Assert.IsType<PeeledLayer.ToNode>(layer).Request;
            }
        }

        var key = new OnionReplyKey();
        Assert.True(request.TryOpen(Destination.Secret, Destination.Node.EncryptionKey, key, out byte[]? payload));
        return (payload, key);
    }

    private static byte[] Pattern(int size) => [.. Enumerable.Range(0, size).Select(i => (byte)(i * 31 % 251))];
}
