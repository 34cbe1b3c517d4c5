using System.Buffers;
using System.Text;
using CsCheck;
using Session.Protocol.Accounts;
using Session.Protocol.Cryptography;
using Session.Protocol.Onion.Nodes;
using Session.Protocol.Onion.Requests;

namespace Session.Protocol.Onion.Tests.Requests;

public class OnionRequestBuilderTests
{
    private static readonly TestNode[] Nodes = TestNode.Many(OnionRequestBuilder.MaxHops + 1);
    private static readonly TestNode Destination = new(99);
    private static readonly OnionServer Server = new(new Uri("http://files.example:8080/ignored?too"), Destination.Node.EncryptionKey);

    [Fact]
    public void BuildForNode_AnyPathAndPayload_EveryHopSeesOnlyTheNextAndTheDestinationThePayload() =>
        Gen.Select(Gen.Int[1, OnionRequestBuilder.MaxHops], Gen.Enum<OnionCipher>(), Gen.Byte.Array[0, 3000], Gen.Int).Sample(
            (hops, cipher, payload, seed) =>
            {
                using var replyKey = new OnionReplyKey();
                var output = new ArrayBufferWriter<byte>();
                var builder = new OnionRequestBuilder(new SeededRandomSource(seed), cipher);
                ServiceNode[] path = [.. Nodes[..hops].Select(node => node.Node)];

                builder.BuildForNode(path, Destination.Node, payload, output, replyKey);

                Assert.Equal(builder.SizeForNode(hops, payload.Length), output.WrittenCount);
                Assert.True(OnionHopRequest.TryParse(output.WrittenMemory, out OnionHopRequest? request));
                var ephemeralKeys = new HashSet<X25519PublicKey>();
                for (int hop = 0; hop < hops; hop++)
                {
                    Assert.True(ephemeralKeys.Add(request.EphemeralKey));
                    PeeledLayer.ToNode relay = Assert.IsType<PeeledLayer.ToNode>(Peel(request, Nodes[hop], replyKey: null));
                    Assert.Equal((hop == hops - 1 ? Destination : Nodes[hop + 1]).Node.IdentityKey, relay.Next);
                    request = relay.Request;
                }

                Assert.True(ephemeralKeys.Add(request.EphemeralKey));
                using var destinationKey = new OnionReplyKey();
                PeeledLayer.Final final = Assert.IsType<PeeledLayer.Final>(Peel(request, Destination, destinationKey));
                Assert.Equal(payload, final.Payload.ToArray());
                Assert.Equal(payload, Open(replyKey, destinationKey.Seal(payload, RandomSource.System)));
            },
            iter: 60);

    [Fact]
    public void BuildForServer_AddressAndTarget_ReachTheExitAndThePayloadTheServer()
    {
        using var replyKey = new OnionReplyKey();
        var output = new ArrayBufferWriter<byte>();
        var builder = new OnionRequestBuilder(RandomSource.System);

        builder.BuildForServer([Nodes[0].Node], Server, "payload"u8, output, replyKey);

        Assert.Equal(builder.SizeForServer(1, Server, 7), output.WrittenCount);
        Assert.True(OnionHopRequest.TryParse(output.WrittenMemory, out OnionHopRequest? request));
        PeeledLayer.ToServer exit = Assert.IsType<PeeledLayer.ToServer>(Peel(request, Nodes[0], replyKey: null));
        Assert.Equal(("http", "files.example", 8080, "/oxen/v4/lsrpc"), (exit.Protocol, exit.Host, exit.Port, exit.Target));
        Assert.True(OnionHopRequest.TryParse(exit.Plaintext, out OnionHopRequest? atServer));
        using var serverKey = new OnionReplyKey();
        Assert.True(atServer.TryOpen(Destination.Secret, Destination.Node.EncryptionKey, serverKey, out byte[]? payload));
        Assert.Equal("payload"u8, payload);
    }

    [Theory]
    [InlineData("/oxen/v4/lsrpc?x=1")]
    [InlineData("/other/v4/lsrpc")]
    [InlineData("/oxen/v4/file")]
    [InlineData("/oxen/\"/lsrpc")]
    [InlineData("/oxen/ü/lsrpc")]
    public void BuildForServer_TargetThatNodesRefuse_Throws(string target)
    {
        using var replyKey = new OnionReplyKey();
        var builder = new OnionRequestBuilder(RandomSource.System);

        Assert.Throws<ArgumentException>(() => builder.BuildForServer([Nodes[0].Node], Server with { Target = target }, [], new ArrayBufferWriter<byte>(), replyKey));
    }

    [Fact]
    public void BuildForNode_TooLargeOrNoHopsOrTooMany_Throws()
    {
        using var replyKey = new OnionReplyKey();
        var builder = new OnionRequestBuilder(RandomSource.System);
        ServiceNode[] sixteen = [.. Nodes.Select(node => node.Node)];
        byte[] large = new byte[OnionRequestBuilder.MaxBodySize];

        Assert.Throws<ArgumentException>(() => builder.BuildForNode(sixteen.AsSpan(0, 3), Destination.Node, large, new ArrayBufferWriter<byte>(), replyKey));
        Assert.Throws<ArgumentOutOfRangeException>(() => builder.BuildForNode([], Destination.Node, [], new ArrayBufferWriter<byte>(), replyKey));
        Assert.Throws<ArgumentOutOfRangeException>(() => builder.BuildForNode(sixteen, Destination.Node, [], new ArrayBufferWriter<byte>(), replyKey));
    }

    [Fact]
    public void BuildForNode_KeyOfSmallOrder_ThrowsAndWritesNothing()
    {
        using var replyKey = new OnionReplyKey();
        var output = new ArrayBufferWriter<byte>();
        var bad = new ServiceNode(Nodes[0].Node.IdentityKey, default, Nodes[0].Node.Address, 1);
        var builder = new OnionRequestBuilder(RandomSource.System);

        Assert.Equal(OnionFault.PathFailed, Assert.Throws<OnionException>(() => builder.BuildForNode([bad], Destination.Node, [], output, replyKey)).Fault);
        Assert.Equal(OnionFault.DestinationFailed, Assert.Throws<OnionException>(() => builder.BuildForNode([Nodes[0].Node], bad, [], output, replyKey)).Fault);
        Assert.Equal(0, output.WrittenCount);
    }

    [Theory]
    [InlineData("xchacha20")]
    [InlineData("aes-gcm")]
    public void BuildForNode_IntoReusedBuffer_DoesNotAllocate(string name)
    {
        Assert.True(OnionLayer.TryParseName(Encoding.UTF8.GetBytes(name), out OnionCipher cipher));
        using var replyKey = new OnionReplyKey();
        var builder = new OnionRequestBuilder(RandomSource.System, cipher);
        var output = new ArrayBufferWriter<byte>(4096);
        ServiceNode[] path = [.. Nodes[..3].Select(node => node.Node)];
        byte[] payload = new byte[1024];
        long allocated = long.MaxValue;

        // The least of several: what is pooled is made anew when a collection or another test took it away.
        for (int i = 0; i < 20; i++)
        {
            output.ResetWrittenCount();
            long before = GC.GetAllocatedBytesForCurrentThread();
            builder.BuildForNode(path, Destination.Node, payload, output, replyKey);
            allocated = Math.Min(allocated, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, allocated);
    }

    [Fact]
    public void ReplyKey_AfterDispose_RefusesAndPrintsNothing()
    {
        var key = new OnionReplyKey();
        Assert.Throws<InvalidOperationException>(() => key.TryOpen(new byte[40], new byte[40], out _));

        key.Dispose();

        Assert.Throws<ObjectDisposedException>(() => key.TryOpen(new byte[40], new byte[40], out _));
        Assert.Equal("[secret, onion reply key]", key.ToString());
    }

    [Fact]
    public void TryPeel_SameRequest_GivesWhatTheObjectsGiveAndDoesNotAllocate()
    {
        using var buildKey = new OnionReplyKey();
        using var first = new OnionReplyKey();
        using var second = new OnionReplyKey();
        var output = new ArrayBufferWriter<byte>();
        new OnionRequestBuilder(RandomSource.System).BuildForNode([Nodes[0].Node, Nodes[1].Node], Destination.Node, "hello"u8, output, buildKey);
        Assert.True(OnionHopRequest.TryParse(output.WrittenMemory, out OnionHopRequest? request));
        Assert.True(request.TryOpen(Nodes[0].Secret, Nodes[0].Node.EncryptionKey, first, out byte[]? expected));
        byte[] plaintext = new byte[output.WrittenCount];
        bool ok = false;
        int written = 0;
        long allocated = 0;
        for (int i = 0; i < 3; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            ok = OnionHopRequest.TryPeel(output.WrittenSpan, Nodes[0].Secret, Nodes[0].Node.EncryptionKey, second, plaintext, out written);
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.True(ok);
        Assert.Equal(expected, plaintext[..written]);
        Assert.Equal("reply", Encoding.UTF8.GetString(Open(first, second.Seal("reply"u8, RandomSource.System))));
        Assert.Equal(0, allocated);
        Assert.False(OnionHopRequest.TryPeel(output.WrittenSpan, Nodes[1].Secret, Nodes[1].Node.EncryptionKey, second, plaintext, out written));
        Assert.Equal(0, written);
    }

    private static PeeledLayer Peel(OnionHopRequest request, TestNode node, OnionReplyKey? replyKey)
    {
        using var own = new OnionReplyKey();
        Assert.True(request.TryOpen(node.Secret, node.Node.EncryptionKey, replyKey ?? own, out byte[]? plaintext));
        Assert.True(PeeledLayer.TryParse(plaintext, out PeeledLayer? layer));
        return layer;
    }

    private static byte[] Open(OnionReplyKey key, byte[] reply)
    {
        byte[] plaintext = new byte[reply.Length];
        Assert.True(key.TryOpen(reply, plaintext, out int written));
        return plaintext[..written];
    }
}
