using System.Text;
using CsCheck;
using Session.Protocol.Accounts;
using Session.Protocol.Onion.Nodes;

namespace Session.Protocol.Onion.Tests.Nodes;

public class NodeListReaderTests
{
    private const string Record = "d04ab232742bb4ab3a1368bd4615e4e6d0224ab71a016baf8520a332c97787372000000000000000cb00710756054ee8020b00";
    private const string Ed = "d04ab232742bb4ab3a1368bd4615e4e6d0224ab71a016baf8520a332c9778737";
    private const string X = "7a46e129fd805047448437e4744f1f1576be8c449fdf57e0c580d36c5cfc6668";

    [Fact]
    public void TryReadBinary_PublishedRecord_GivesItsFields()
    {
        Assert.True(NodeListReader.TryReadBinary(Convert.FromHexString(Record), out IReadOnlyList<ServiceNode>? nodes));

        ServiceNode node = Assert.Single(nodes);
        Assert.Equal(Ed, node.IdentityKey.ToString());
        Assert.Equal(X, node.EncryptionKey.ToString());
        Assert.Equal(("203.0.113.7", 22021, 0x2000000000000000ul), (node.Address.ToString(), node.HttpsPort, node.SwarmId));
    }

    [Fact]
    public void TryReadBinary_CutOrTooLong_IsRefused()
    {
        byte[] record = Convert.FromHexString(Record);
        for (int length = 1; length < record.Length; length++)
        {
            Assert.False(NodeListReader.TryReadBinary(record.AsSpan(0, length), out _));
        }

        Assert.False(NodeListReader.TryReadBinary(new byte[NodeListReader.RecordSize * (NodeListReader.MaxNodes + 1)], out _));
    }

    [Fact]
    public void TryReadBinary_NodeThatIsNotContactable_IsLeftOut()
    {
        byte[] record = Convert.FromHexString(Record);
        record.AsSpan(40).Clear();

        Assert.True(NodeListReader.TryReadBinary([.. record, .. Convert.FromHexString(Record), .. Convert.FromHexString(Record)], out IReadOnlyList<ServiceNode>? nodes));
        Assert.Single(nodes);
    }

    [Theory]
    [InlineData("{\"jsonrpc\":\"2.0\",\"id\":\"0\",\"result\":{\"service_node_states\":[STATE],\"height\":5}}")]
    [InlineData("{\"result\":{\"service_node_states\":[STATE]},\"t\":1,\"hf\":[19,4]}")]
    [InlineData("{\"service_node_states\":[STATE]}")]
    public void TryReadJson_FormsOfSeedsAndNodes_AreRead(string json)
    {
        ServiceNode node = Assert.Single(Read(json, State(swarm: "\"swarm_id\":18446744073709551614")));

        Assert.Equal((Ed, X, "203.0.113.7", 22021, ulong.MaxValue - 1), (node.IdentityKey.ToString(), node.EncryptionKey.ToString(), node.Address.ToString(), node.HttpsPort, node.SwarmId));
    }

    [Theory]
    [InlineData("\"swarm_id\":18446744073709551614", ulong.MaxValue - 1)]
    [InlineData("\"swarm_id\":\"18446744073709551614\"", ulong.MaxValue - 1)]
    [InlineData("\"swarm_id\":9007199254740993", 9007199254740993ul)]
    [InlineData("\"swarm\":\"20000000000001\"", 0x20000000000001ul)]
    [InlineData("\"swarm_id\":1.5,\"swarm\":\"ff\"", 255ul)]
    [InlineData("\"swarm_id\":-1", null)]
    [InlineData("\"other\":1", null)]
    public void TryReadJson_SwarmIds_AreReadAs64BitsOrUnknown(string swarm, ulong? expected) => Assert.Equal(expected, Assert.Single(Read("{\"service_node_states\":[STATE]}", State(swarm: swarm))).SwarmId);

    [Fact]
    public void TryReadJson_NoEncryptionKeyListed_ItIsConverted() =>
        Assert.Equal(X, Assert.Single(Read("{\"service_node_states\":[STATE]}", State().Replace("pubkey_x25519", "another", StringComparison.Ordinal))).EncryptionKey.ToString());

    [Theory]
    [InlineData("203.0.113.7", "0.0.0.0")]
    [InlineData("203.0.113.7", "255.255.255.255")]
    [InlineData("203.0.113.7", "2001:db8::1")]
    [InlineData("203.0.113.7", "host")]
    [InlineData("22021", "0")]
    [InlineData("22021", "65536")]
    [InlineData("22021", "\"65536\"")]
    [InlineData("22021", "\"+1\"")]
    [InlineData("22021", "1.5")]
    [InlineData("22021", "-1")]
    [InlineData("22021", "true")]
    [InlineData("\"swarm_id\":1", "\"swarm_id\":18446744073709551615")]
    [InlineData("\"swarm_id\":1", "\"swarm\":\"ffffffffffffffff\"")]
    [InlineData("public_ip", "ip")]
    [InlineData("pubkey_ed25519", "pubkey")]
    [InlineData(Ed, "d04a")]
    [InlineData(X, "7a46")]
    [InlineData(X, "0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData(X, "\\ud800")]
    public void TryReadJson_UnusableEntry_IsLeftOut(string part, string replacement) =>
        Assert.Empty(Read("{\"service_node_states\":[STATE,1,null,[]]}", State().Replace(part, replacement, StringComparison.Ordinal)));

    [Theory]
    [InlineData("22021", "\"22021\"")]
    [InlineData("\"pubkey_x25519\":\"" + X + "\"", "\"pubkey_x25519\":null")]
    [InlineData("\"pubkey_x25519\":\"" + X + "\"", "\"pubkey_x25519\":\"\"")]
    [InlineData("\"swarm_id\":1", "\"swarm_id\":1,\"funded\":true,\"contributors\":[{\"amount\":1,\"locked_contributions\":[]}]")]
    public void TryReadJson_OtherFormsOfTheSame_AreRead(string part, string replacement)
    {
        ServiceNode node = Assert.Single(Read("{\"service_node_states\":[STATE]}", State().Replace(part, replacement, StringComparison.Ordinal)));

        Assert.Equal((Ed, X, 22021, 1ul), (node.IdentityKey.ToString(), node.EncryptionKey.ToString(), node.HttpsPort, node.SwarmId));
    }

    [Theory]
    [InlineData("{\"\\ud800\":1,\"service_node_states\":[]}")]
    [InlineData("{\"service_node_states\":[{\"\\ud800\":1}]}")]
    [InlineData("{\"service_node_states\":[{\"pubkey_ed25519\":\"\\ud800\"}]}")]
    public void TryReadJson_TextThatIsNoUnicode_DoesNotThrow(string json)
    {
        _ = NodeListReader.TryReadJson(Encoding.UTF8.GetBytes(json), out IReadOnlyList<ServiceNode>? nodes);

        Assert.True(nodes is null or { Count: 0 });
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("{\"result\":[]}")]
    [InlineData("{\"service_node_states\":{}}")]
    [InlineData("{\"service_node_states\":[}")]
    [InlineData("{\"error\":{\"code\":-32601,\"message\":\"Method not found\"}}")]
    public void TryReadJson_NotAList_IsRefused(string json) => Assert.False(NodeListReader.TryReadJson(Encoding.UTF8.GetBytes(json), out _));

    [Fact]
    public void TryReadJson_TooManyEntries_IsRefused()
    {
        string entries = string.Join(',', Enumerable.Repeat("1", NodeListReader.MaxNodes + 1));

        Assert.False(NodeListReader.TryReadJson(Encoding.UTF8.GetBytes($"{{\"service_node_states\":[{entries}]}}"), out _));
    }

    [Fact]
    public void TryRead_AnyBytes_NeverThrows() =>
        Gen.Byte.Array[0, 200].Sample(bytes =>
        {
            _ = NodeListReader.TryReadJson(bytes, out _);
            _ = NodeListReader.TryReadBinary(bytes, out _);
        });

    private static IReadOnlyList<ServiceNode> Read(string json, string state)
    {
        Assert.True(NodeListReader.TryReadJson(Encoding.UTF8.GetBytes(json.Replace("STATE", state, StringComparison.Ordinal)), out IReadOnlyList<ServiceNode>? nodes));
        return nodes;
    }

    private static string State(string swarm = "\"swarm_id\":1") =>
        $"{{\"public_ip\":\"203.0.113.7\",\"storage_port\":22021,\"pubkey_ed25519\":\"{Ed}\",\"pubkey_x25519\":\"{X}\",{swarm}}}";
}
