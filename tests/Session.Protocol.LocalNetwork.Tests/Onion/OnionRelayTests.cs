using System.Buffers;
using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using Session.Protocol.Accounts;
using Session.Protocol.Cryptography;
using Session.Protocol.LocalNetwork.Onion;
using Session.Protocol.LocalNetwork.Tests.Support;
using Session.Protocol.LocalNetwork.Tests.Transcripts;
using Session.Protocol.Onion.Nodes;
using Session.Protocol.Onion.Requests;

namespace Session.Protocol.LocalNetwork.Tests.Onion;

public class OnionRelayTests : IAsyncLifetime
{
    private readonly NodeClient _client = new();
    private readonly ConcurrentQueue<ObservedLayer> _seen = new();
    private LocalNetwork _network = null!;

    public async ValueTask InitializeAsync() => _network = await LocalNetwork.StartAsync(new LocalNetworkOptions { OnLayerPeeled = _seen.Enqueue });

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _network.DisposeAsync();
    }

    [Theory]
    [InlineData("xchacha20")]
    [InlineData("aes-gcm")]
    public async Task Post_ThreeHopsToANode_BringsItsAnswerBack(string name)
    {
        Assert.True(OnionLayer.TryParseName(Encoding.UTF8.GetBytes(name), out OnionCipher cipher));
        (int status, JsonNode? answer) = await SendAsync(cipher, 3, """{"method":"info","params":{}}""");

        Assert.Equal(200, status);
        Assert.Equal(200, (int)answer!["status"]!);
        Assert.Equal("[2,8,0]", JsonNode.Parse((string)answer["body"]!)!["version"]!.ToJsonString());
        Assert.Equal([0, 1, 2, 3], _seen.Select(layer => layer.HopNumber));
        Assert.Equal(_network.Nodes.Take(4), _seen.Select(layer => layer.Node));
        Assert.Equal(4, _seen.Select(layer => layer.EphemeralKey).Distinct().Count());
        Assert.Equal((4, 1), (_network.RequestCount("onion_req"), _network.RequestCount("info")));
    }

    [Fact]
    public async Task Post_StoreThroughThreeHops_OnlyTheDestinationSeesTheAccount()
    {
        var account = new TestAccount(1);
        var body = new JsonObject { ["method"] = "store", ["params"] = account.Store(_network.Clock.GetUtcNow().ToUnixTimeMilliseconds(), 60_000, [1]) };
        (_, JsonNode? answer) = await SendAsync(OnionCipher.XChaCha20, 3, body.ToJsonString());

        Assert.True((int)answer!["status"]! is 200 or 421);
        Assert.Equal([false, false, false, true], _seen.Select(layer => Encoding.Latin1.GetString(layer.Plaintext.Span).Contains(account.Id, StringComparison.Ordinal)));
    }

    // A node refuses what comes with a hop number over 15; the sender may begin at a number of its choice.
    [Theory]
    [InlineData(12, 200)]
    [InlineData(13, 400)]
    [InlineData(int.MaxValue, 400)]
    public async Task Enter_HopNumberPastFifteen_IsRefused(int first, int status)
    {
        byte[] body = Build(OnionCipher.XChaCha20, 3, """{"method":"info","params":{}}""", new OnionReplyKey());
        int brace = Array.LastIndexOf(body, (byte)'}');
        NodeAnswer answer = await _client.PostAsync(_network.Nodes[0], "/onion_req/v2", [.. body[..brace], .. Encoding.ASCII.GetBytes($",\"hop_no\":{first}}}")]);

        Assert.Equal(status, answer.Status);
        Assert.Equal(status == 400, answer.Text == "onion request max path length exceeded");
    }

    [Fact]
    public async Task Post_ServerDestination_PostsTheLayerAndPassesTheAnswerThrough()
    {
        await using RecordedServer server = await RecordedServer.StartAsync();
        using var replyKey = new OnionReplyKey();
        var output = new ArrayBufferWriter<byte>();
        var destination = new OnionServer(new Uri($"http://127.0.0.1:{server.Port}"), Server.Encryption);
        ServiceNode[] path = [.. _network.Nodes.Take(3).Select(node => node.ToServiceNode())];
        new OnionRequestBuilder(RandomSource.System).BuildForServer(path, destination, "payload"u8, output, replyKey);

        NodeAnswer answer = await _client.PostAsync(_network.Nodes[0], "/onion_req/v2", output.WrittenSpan.ToArray());

        Assert.Equal((200, "text/plain", "server says hi"), (answer.Status, answer.ContentType, answer.Text));
        (string target, string? type, string agent, byte[] seen) = Assert.Single(server.Seen);
        Assert.Equal(("/oxen/v4/lsrpc", "application/octet-stream", "Oxen Storage Server/2.8.0"), (target, type, agent));
        using var key = new OnionReplyKey();
        Assert.True(OnionHopRequest.TryParse(seen, out OnionHopRequest? request));
        Assert.True(request.TryOpen(Server.EncryptionSecret, Server.Encryption, key, out byte[]? plaintext));
        Assert.Equal("payload"u8, plaintext);
    }

    [Theory]
    [InlineData("example.org")]
    [InlineData("10.0.0.1")]
    [InlineData("user@127.0.0.1")]
    [InlineData("")]
    public async Task Post_ServerBeyondLoopback_DoesNotResolve(string host)
    {
        using var proxy = new ServerProxy(_network.Registry);
        OnionReply reply = await proxy.PostAsync(new PeeledLayer.ToServer("http", host, 80, "/oxen/v4/lsrpc", default), CancellationToken.None);

        Assert.Equal((502, $"Could not resolve host: {host}"), (reply.Status, Encoding.UTF8.GetString(reply.Body.Span)));
    }

    [Theory]
    [InlineData("http", "/oxen/v4/lsrpc", true)]
    [InlineData("https", "/loki/v3/lsrpc", true)]
    [InlineData("ftp", "/oxen/v4/lsrpc", false)]
    [InlineData("http", "/other/lsrpc", false)]
    [InlineData("http", "/oxen/v4/lsrpc?x=1", false)]
    [InlineData("http", "/oxen/v4/lsrpc/", false)]
    public void Allows_Target_FollowsTheNodesRule(string protocol, string target, bool expected) =>
        Assert.Equal(expected, ServerProxy.Allows(new PeeledLayer.ToServer(protocol, "127.0.0.1", 80, target, default)));

    [Fact]
    public void Enter_AlteredRequest_IsAnsweredWithAStatus()
    {
        byte[] good = Build(OnionCipher.XChaCha20, 3, """{"method":"info","params":{}}""", new OnionReplyKey());
        using var relay = new OnionRelay(_network.Registry);
        Gen.Select(Gen.Int[0, good.Length - 1], Gen.Byte[1, 255], Gen.Int[0, good.Length]).Sample((position, flip, length) =>
        {
            byte[] flipped = [.. good];
            flipped[position] ^= flip;
            return Answers(flipped) && Answers(good[..length]);
        }, iter: 300);

        bool Answers(byte[] body)
        {
            ValueTask<OnionReply> reply = relay.EnterAsync(_network.Nodes[0], body, CancellationToken.None);
            return reply.IsCompletedSuccessfully && reply.Result.Status is 200 or 400 or 502;
        }
    }

    private static readonly NodeKeys Server = new(Enumerable.Repeat((byte)0x99, 32).ToArray());

    private byte[] Build(OnionCipher cipher, int hops, string payload, OnionReplyKey replyKey)
    {
        var output = new ArrayBufferWriter<byte>();
        ServiceNode[] path = [.. _network.Nodes.Take(hops).Select(node => node.ToServiceNode())];
        new OnionRequestBuilder(RandomSource.System, cipher).BuildForNode(path, _network.Nodes[hops].ToServiceNode(), Encoding.UTF8.GetBytes(payload), output, replyKey);
        return output.WrittenSpan.ToArray();
    }

    private async Task<(int Status, JsonNode? Answer)> SendAsync(OnionCipher cipher, int hops, string payload)
    {
        using var replyKey = new OnionReplyKey();
        NodeAnswer answer = await _client.PostAsync(_network.Nodes[0], "/onion_req/v2", Build(cipher, hops, payload, replyKey));
        byte[] reply = Convert.FromBase64String(answer.Text);
        byte[] plaintext = new byte[reply.Length];
        Assert.True(replyKey.TryOpen(reply, plaintext, out int written));
        return (answer.Status, JsonNode.Parse(plaintext.AsSpan(0, written)));
    }
}
