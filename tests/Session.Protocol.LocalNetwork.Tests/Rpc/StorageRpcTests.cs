using System.Buffers.Binary;
using System.Net;
using System.Text.Json.Nodes;
using Session.Protocol.Accounts;
using Session.Protocol.LocalNetwork.Rpc;
using Session.Protocol.LocalNetwork.Storage;
using Session.Protocol.LocalNetwork.Tests.Support;

namespace Session.Protocol.LocalNetwork.Tests.Rpc;

/// <summary>What the transcripts leave out: expiry over time, the retrieve arithmetic, swarm changes, hostile input.</summary>
public class StorageRpcTests : IAsyncLifetime
{
    private readonly GatedClock _clock = new(DateTimeOffset.UnixEpoch.AddYears(56));
    private readonly NodeClient _client = new();
    private readonly TestAccount _alice = new(0x55);
    private LocalNetwork _network = null!;

    private long Now => _clock.GetUtcNow().ToUnixTimeMilliseconds();

    private IReadOnlyList<LocalNode> Swarm => _network.Registry.Members(_network.Registry.SwarmOf(_alice.Id));

    public async ValueTask InitializeAsync() => _network = await LocalNetwork.StartAsync(new LocalNetworkOptions { Clock = _clock });

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _network.DisposeAsync();
    }

    [Fact]
    public async Task Store_AtOneMember_IsAtAllMembersAndNowhereElse()
    {
        NodeAnswer answer = await _client.RpcAsync(Swarm[1], "store", _alice.Store(Now, 60_000, "hello"u8.ToArray()));

        Assert.Equal(200, answer.Status);
        Assert.Equal(Swarm.Count, answer.Json["swarm"]!.AsObject().Count);
        Assert.Equal("oJwv0OZSrhCeRWTLpcl8e0EVK5SqNU8pGYe0oAA+HUI", (string)answer.Json["hash"]!); // protocol/21 §5
        foreach (LocalNode node in _network.Nodes)
        {
            Assert.Equal(Swarm.Contains(node) ? 1 : 0, node.StoredMessageCount);
        }

        foreach (LocalNode node in Swarm)
        {
            JsonArray messages = (await _client.RpcAsync(node, "retrieve", _alice.Retrieve(Now))).Json["messages"]!.AsArray();
            Assert.Equal("aGVsbG8=", (string)Assert.Single(messages)!["data"]!);
        }
    }

    [Fact]
    public async Task Retrieve_AfterTheLifetime_IsGoneWithTheNextSweep()
    {
        await _client.RpcAsync(Swarm[0], "store", _alice.Store(Now, 20_000, [1]));
        await _client.RpcAsync(Swarm[0], "store", _alice.Store(Now, 60_000, [2]));

        Assert.Equal(2, await CountAsync());
        _clock.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal(1, await CountAsync());
        _clock.Advance(TimeSpan.FromSeconds(40));
        Assert.Equal(0, await CountAsync());
        Assert.All(Swarm, node => Assert.Equal(0, node.StoredMessageCount));

        async Task<int> CountAsync() => (await _client.RpcAsync(Swarm[0], "retrieve", _alice.Retrieve(Now))).Json["messages"]!.AsArray().Count;
    }

    // Recorded after entry 159, with 130 messages of 76800 bytes: number of messages, "more", and the length of the whole answer.
    [Theory]
    [InlineData(null, null, 15, true, 1_537_953)]
    [InlineData(null, -1, 76, true, 7_792_039)]
    [InlineData(null, -2, 38, true, 3_896_051)]
    [InlineData(1000, null, 76, true, 7_792_039)]
    [InlineData(null, 1_000_000_000, 76, true, 7_792_039)]
    [InlineData(3, -1, 3, true, 307_641)]
    [InlineData(-1, null, 0, false, 66)]
    [InlineData(0, 0, 15, true, 1_537_953)]
    public async Task Retrieve_HundredThirtyLargeMessages_StopsWhereTheRealServerStops(int? maxCount, int? maxSize, int count, bool more, int length)
    {
        for (int i = 0; i < 130; i++)
        {
            byte[] data = new byte[76_800];
            data[0] = (byte)i;
            Swarm[0].Store.TryStore(_alice.Id, new StoredMessage(MessageHash.Compute(_alice.Id, default, data), 0, Now, Now + 600_000, data), false, out _, out _);
        }

        JsonObject limits = [];
        if (maxCount is not null)
        {
            limits["max_count"] = maxCount;
        }

        if (maxSize is not null)
        {
            limits["max_size"] = maxSize;
        }

        NodeAnswer answer = await _client.RpcAsync(Swarm[0], "retrieve", _alice.Retrieve(Now, limits));

        Assert.Equal((count, more), (answer.Json["messages"]!.AsArray().Count, (bool)answer.Json["more"]!));

        // The recording client measured the answer with a space after each colon and comma.
        int spaces = count == 0 ? 8 : 7 + (8 * count);
        Assert.Equal(length - spaces, answer.Body.Length);
        if (count > 0)
        {
            Assert.StartsWith("AAAA", (string)answer.Json["messages"]![0]!["data"]!); // the oldest
        }
    }

    [Fact]
    public void Retrieve_AnySizeLimit_NeverFails()
    {
        foreach (long limit in (long[])[long.MinValue, long.MinValue + 1, -7_800_001, -7_800_000, long.MaxValue])
        {
            RpcReply reply = Run(_network.Nodes[0], "retrieve", new JsonObject { ["pubkey"] = _alice.Id, ["namespace"] = -10, ["max_size"] = limit, ["max_count"] = limit });
            Assert.True(reply.Status is 200 or 421);
        }
    }

    [Fact]
    public void Revoke_MoreThanFifty_ForgetsTheOldest()
    {
        var mailbox = new Mailbox();
        for (int i = 0; i <= Mailbox.MaxRevocations; i++)
        {
            mailbox.Revoke(Token(i));
        }

        Assert.Equal(Mailbox.MaxRevocations, mailbox.Revoked.Count);
        Assert.DoesNotContain(Token(0), mailbox.Revoked);

        static SubaccountToken Token(int number)
        {
            byte[] bytes = new byte[SubaccountToken.Size];
            bytes[^1] = (byte)number;
            Assert.True(SubaccountToken.TryCreate(bytes, out SubaccountToken token));
            return token;
        }
    }

    [Fact]
    public async Task ActiveNodesBin_Direct_DescribesEveryNodeInFiftyOneBytes()
    {
        NodeAnswer answer = await _client.RpcAsync(_network.Nodes[0], "active_nodes_bin", []);

        Assert.Equal("application/octet-stream", answer.ContentType);
        Assert.Equal(9 * 51, answer.Body.Length);
        for (int i = 0; i < 9; i++)
        {
            ReadOnlySpan<byte> record = answer.Body.AsSpan(i * 51, 51);
            LocalNode node = _network.Nodes[i];
            Assert.Equal(node.IdentityKey.AsSpan(), record[..32]);
            Assert.Equal(node.SwarmId, BinaryPrimitives.ReadUInt64BigEndian(record[32..]));
            Assert.Equal(node.Address, new IPAddress(record.Slice(40, 4)));
            Assert.Equal(node.HttpsPort, BinaryPrimitives.ReadUInt16BigEndian(record[44..]));
            Assert.Equal([2, 8, 0], record[48..].ToArray());
        }
    }

    [Fact]
    public async Task ActiveNodesBin_InABatch_IsBase64()
    {
        NodeAnswer answer = await _client.RpcAsync(_network.Nodes[0], "batch", new JsonObject
        {
            ["requests"] = new JsonArray(new JsonObject { ["method"] = "active_nodes_bin", ["params"] = new JsonObject() }),
        });

        Assert.Equal(9 * 51, Convert.FromBase64String((string)answer.Json["results"]![0]!["body"]!).Length);
    }

    [Theory]
    [InlineData("hf_at_least", "[19,4]", true)]
    [InlineData("hf_at_least", "[19,5]", false)]
    [InlineData("hf_at_least", "[19]", true)]
    [InlineData("hf_before", "[20]", true)]
    [InlineData("v_at_least", "[2,8,0]", true)]
    [InlineData("v_before", "[2,8]", false)]
    [InlineData("height_at_least", "1500001", true)]
    [InlineData("height_before", "1500001", false)]
    public async Task IfElse_Condition_ChoosesTheBranch(string condition, string value, bool expected)
    {
        var info = new JsonObject { ["method"] = "info", ["params"] = new JsonObject() };
        NodeAnswer answer = await _client.RpcAsync(_network.Nodes[0], "ifelse", new JsonObject
        {
            ["if"] = new JsonObject { [condition] = JsonNode.Parse(value) },
            ["then"] = info,
        });

        Assert.Equal(expected, (bool)answer.Json["condition"]!);
        Assert.Equal(expected, answer.Json.ContainsKey("result"));
    }

    [Theory]
    [InlineData(20, 200)]
    [InlineData(21, 400)]
    public async Task Batch_Parts_AreLimitedToTwenty(int parts, int status)
    {
        JsonNode[] requests = [.. Enumerable.Range(0, parts).Select(_ => new JsonObject { ["method"] = "info", ["params"] = new JsonObject() })];

        Assert.Equal(status, (await _client.RpcAsync(_network.Nodes[0], "batch", new JsonObject { ["requests"] = new JsonArray(requests) })).Status);
    }

    [Fact]
    public async Task Move_LastMemberOut_AccountsGoToTheOtherSwarmWithTheirMessages()
    {
        await _client.RpcAsync(Swarm[0], "store", _alice.Store(Now, 600_000, [1]));
        LocalNode[] former = [.. Swarm];
        ulong other = _network.Swarms.Keys.Single(id => id != former[0].SwarmId);

        foreach (LocalNode node in former)
        {
            _network.Move(node, other);
        }

        Assert.Equal(9, Swarm.Count);
        Assert.All(Swarm, node => Assert.Equal(1, node.StoredMessageCount));
    }

    private static RpcReply Run(LocalNode node, string method, JsonObject parameters)
    {
        ValueTask<RpcReply> reply = RpcService.HandleAsync(node, JsonText.Write(new JsonObject { ["method"] = method, ["params"] = parameters }), CancellationToken.None);
        Assert.True(reply.IsCompleted);
        return reply.Result;
    }
}
