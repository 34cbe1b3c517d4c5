using System.Buffers.Binary;
using System.Text.Json;
using Session.Protocol.Onion.Nodes;
using Session.Protocol.Onion.Requests;
using Session.Protocol.Onion.Tests.Swarms;

namespace Session.Protocol.Onion.Tests.Nodes;

/// <summary>Old nodes must see nothing that they refuse; new ones have a shorter way (protocol/20 §3.1, §3.2).</summary>
public sealed class NodeListQueryTests : IDisposable
{
    private readonly FakeNetwork _network = new(nodes: 5, swarmSize: 5, swarmId: 1UL << 63);
    private readonly NodeListQuery _query;

    public NodeListQueryTests() => _query = new NodeListQuery(_network);

    public void Dispose() => _network.Dispose();

    [Theory]
    [InlineData("[2,6,2]", "info oxend_request")]
    [InlineData("[2,8,0]", "info oxend_request")]
    [InlineData("[2,11,0]", "info active_nodes_bin")]
    [InlineData("[3,0,0]", "info active_nodes_bin")]
    [InlineData("\"?\"", "info oxend_request")]
    public async Task Ask_NodeOfSomeVersion_IsAskedWhatItKnows(string version, string expected)
    {
        Script(version, Convert.ToBase64String([.. _network.All.SelectMany(Record)]));

        IReadOnlyList<ServiceNode>? nodes = await _query.AskAsync(_network.All[0], default);

        Assert.Equal(expected.Split(' '), _network.Sent.Select(sent => sent.Method));
        Assert.Equal(_network.All, nodes);
        Assert.All(nodes!, node => Assert.Equal((1UL << 63, _network.All[0].HttpsPort / 100), (node.SwarmId, node.HttpsPort / 100)));
    }

    [Theory]
    [InlineData("no method active_nodes_bin")]
    [InlineData("AAAA")]
    public async Task Ask_BinaryFormIsUnreadable_JsonIsAskedFor(string answer)
    {
        Script("[2,11,0]", answer);

        Assert.Equal(_network.All, await _query.AskAsync(_network.All[0], default));
        Assert.Equal(["info", "active_nodes_bin", "oxend_request"], _network.Sent.Select(sent => sent.Method));
    }

    [Fact]
    public async Task Ask_NodeRefusesEverything_GivesNothing()
    {
        _network.Script(_network.All[0], _ => FakeNetwork.Text(503, "Service node is not ready"));

        Assert.Null(await _query.AskAsync(_network.All[0], default));
    }

    [Fact]
    public async Task Ask_NodeCannotBeReached_GivesNothing()
    {
        _network.Script(_network.All[0], _ => throw new OnionException(OnionFault.TimedOut, "no answer"));

        Assert.Null(await _query.AskAsync(_network.All[0], default));
    }

    private void Script(string version, string binary) => _network.Script(_network.All[0], request => request.GetProperty("method").GetString() switch
    {
        "info" => FakeNetwork.Text(200, $"{{\"version\":{version},\"timestamp\":1775000000000,\"t\":1775000000000}}"),
        "active_nodes_bin" => FakeNetwork.Text(200, binary),
        _ => FakeNetwork.Text(200, List()),
    });

    private string List() => JsonSerializer.Serialize(new
    {
        result = new
        {
            service_node_states = _network.All.Select(node => new
            {
                pubkey_ed25519 = node.IdentityKey.ToString(),
                pubkey_x25519 = node.EncryptionKey.ToString(),
                public_ip = node.Address.ToString(),
                storage_port = node.HttpsPort,
                swarm_id = node.SwarmId,
            }),
        },
        t = 1775000000000,
    });

    private static byte[] Record(ServiceNode node)
    {
        byte[] record = new byte[NodeListReader.RecordSize];
        node.IdentityKey.AsSpan().CopyTo(record);
        BinaryPrimitives.WriteUInt64BigEndian(record.AsSpan(32), node.SwarmId!.Value);
        node.Address.GetAddressBytes().CopyTo(record, 40);
        BinaryPrimitives.WriteUInt16BigEndian(record.AsSpan(44), (ushort)node.HttpsPort);
        return record;
    }
}
