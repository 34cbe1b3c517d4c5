using System.Text;
using System.Text.Json.Nodes;
using Session.Protocol.LocalNetwork.Tests.Support;
using Session.Protocol.Onion.Nodes;

namespace Session.Protocol.LocalNetwork.Tests.Seeds;

public class SeedEndpointTests : IAsyncLifetime
{
    private readonly NodeClient _client = new();
    private LocalNetwork _network = null!;

    public async ValueTask InitializeAsync() => _network = await LocalNetwork.StartAsync();

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _network.DisposeAsync();
    }

    // The two forms of "fields" that clients send (protocol/20 §2.2).
    [Theory]
    [InlineData("""{"public_ip":true,"storage_port":true,"pubkey_x25519":true,"pubkey_ed25519":true,"swarm_id":true,"height":false}""")]
    [InlineData("""["public_ip","storage_port","pubkey_x25519","pubkey_ed25519","swarm_id"]""")]
    public async Task GetNodes_AskedFields_GivesThoseOfEveryNode(string fields)
    {
        JsonObject answer = await CallAsync("get_n_service_nodes", $$"""{"active_only":true,"fields":{{fields}}}""");
        JsonArray states = answer["result"]!["service_node_states"]!.AsArray();

        Assert.Equal("2.0", (string)answer["jsonrpc"]!);
        Assert.Equal(["service_node_states", "status"], answer["result"]!.AsObject().Select(pair => pair.Key));
        Assert.Equal(9, states.Count);
        for (int i = 0; i < 9; i++)
        {
            LocalNode node = _network.Nodes[i];
            JsonObject state = states[i]!.AsObject();
            Assert.Equal(5, state.Count);
            Assert.Equal(node.Address.ToString(), (string)state["public_ip"]!);
            Assert.Equal(node.HttpsPort, (int)state["storage_port"]!);
            Assert.Equal(node.IdentityKey.ToString(), (string)state["pubkey_ed25519"]!);
            Assert.Equal(node.EncryptionKey.ToString(), (string)state["pubkey_x25519"]!);
            Assert.Equal(node.SwarmId, (ulong)state["swarm_id"]!);
        }
    }

    [Fact]
    public async Task GetNodes_Decommissioned_IsLeftOutOfTheActiveOnesOnly()
    {
        _network.Decommission(_network.Nodes[0]);

        Assert.Equal(8, States(await CallAsync("get_service_nodes", """{"active_only":true}""")).Count);
        JsonArray all = States(await CallAsync("get_service_nodes", "{}"));
        Assert.Equal(9, all.Count);
        Assert.Equal(ulong.MaxValue, (ulong)all[0]!["swarm_id"]!);
        Assert.Equal("ffffffffffffffff", (string)all[0]!["swarm"]!);
        Assert.False((bool)all[0]!["active"]!);
    }

    [Fact]
    public async Task GetNodes_LimitKeysAndBlockHash_NarrowTheAnswer()
    {
        Assert.Equal(3, States(await CallAsync("get_n_service_nodes", """{"limit":3}""")).Count);
        JsonObject answer = await CallAsync("get_service_nodes", $$"""{"service_node_pubkeys":["{{_network.Nodes[4].IdentityKey}}"]}""");
        Assert.Equal(_network.Nodes[4].IdentityKey.ToString(), (string)Assert.Single(States(answer))!["service_node_pubkey"]!);
        JsonObject unchanged = await CallAsync("get_service_nodes", $$"""{"poll_block_hash":"{{(string)answer["result"]!["block_hash"]!}}"}""");
        Assert.True((bool)unchanged["result"]!["unchanged"]!);
        Assert.False(unchanged["result"]!.AsObject().ContainsKey("service_node_states"));
    }

    [Fact]
    public async Task OnsResolve_KnownName_AnswersAtTheSeedAndAtTheNodes()
    {
        byte[] hash = [.. Enumerable.Range(0, 32).Select(i => (byte)(i * 8))];
        _network.SetName(hash, [1, 2, 3], new byte[24]);
        string parameters = $$"""{"type":0,"name_hash":"{{Convert.ToBase64String(hash)}}"}""";

        JsonNode seed = (await CallAsync("ons_resolve", parameters))["result"]!;
        JsonNode hex = (await CallAsync("ons_resolve", $$"""{"type":0,"name_hash":"{{Convert.ToHexString(hash)}}"}"""))["result"]!;
        JsonNode node = (await _client.RpcAsync(_network.Nodes[0], "oxend_request", new JsonObject { ["endpoint"] = "ons_resolve", ["params"] = JsonNode.Parse(parameters) })).Json["result"]!;

        Assert.Equal("010203", (string)seed["encrypted_value"]!);
        Assert.Equal(new string('0', 48), (string)seed["nonce"]!);
        Assert.Equal(seed.ToJsonString(), hex.ToJsonString());
        Assert.Equal(seed.ToJsonString(), node.ToJsonString());
        Assert.Empty((await CallAsync("ons_resolve", """{"type":0,"name_hash":"AAAA"}"""))["result"]!.AsObject());
        Assert.Throws<ArgumentException>(() => _network.SetName(new byte[31], [1], []));
        Assert.Throws<ArgumentException>(() => _network.SetName(hash, [1], new byte[23]));
    }

    [Theory]
    [InlineData("""{"jsonrpc":"2.0","id":5,"method":"no_such"}""", -32601)]
    [InlineData("""{"jsonrpc":"2.0"}""", -32600)]
    [InlineData("[]", -32600)]
    [InlineData("{", -32700)]
    public async Task Post_WrongRequest_IsAJsonRpcError(string body, int code)
    {
        JsonObject answer = (await PostAsync("/json_rpc", body)).Json;

        Assert.Equal(code, (int)answer["error"]!["code"]!);
    }

    [Fact]
    public async Task Post_OtherPath_Is404() => Assert.Equal(404, (await PostAsync("/other", "{}")).Status);

    [Fact]
    public async Task GetInfo_Answers()
    {
        JsonNode result = (await CallAsync("get_info", "{}"))["result"]!;

        Assert.Equal(1_500_001, (long)result["height"]!);
        Assert.Equal("OK", (string)result["status"]!);
    }

    private static JsonArray States(JsonObject answer) => answer["result"]!["service_node_states"]!.AsArray();

    private async Task<JsonObject> CallAsync(string method, string parameters)
    {
        NodeAnswer answer = await PostAsync("/json_rpc", $$"""{"jsonrpc":"2.0","id":"0","method":"{{method}}","params":{{parameters}}}""");
        Assert.Equal((200, "application/json"), (answer.Status, answer.ContentType));
        return answer.Json;
    }

    private async Task<NodeAnswer> PostAsync(string path, string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_network.SeedUrls[0], path)) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        return await _client.SendAsync(request);
    }
}
