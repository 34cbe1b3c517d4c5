using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Session.Protocol.LocalNetwork.Servers;
using Session.Protocol.LocalNetwork.Tests.Faults;
using Session.Protocol.LocalNetwork.Tests.Support;
using Session.Protocol.Onion;
using Session.Protocol.Onion.Requests;

namespace Session.Protocol.LocalNetwork.Tests.Servers;

/// <summary>The push server of protocol/24 §2 through three hops.</summary>
[Collection(nameof(FaultTest))]
public sealed class PushServerTests(FaultNetwork fixture) : IAsyncLifetime
{
    private readonly TestAccount _account = new(0x55);
    private readonly OnionClient _client = fixture.Connect();

    private LocalPushServer Server => fixture.Network.PushServer;

    private long Now => fixture.Clock.GetUtcNow().ToUnixTimeSeconds();

    public ValueTask InitializeAsync()
    {
        fixture.Network.Faults.Clear();
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => _client.DisposeAsync();

    [Fact]
    public async Task Subscribe_TwiceThenUnsubscribe_AddedUpdatedRemoved()
    {
        Assert.True((bool)(await PostAsync("/subscribe", Subscription([0, 5])))["added"]!);
        Assert.True((bool)(await PostAsync("/subscribe", Subscription([0, 2, 5])))["updated"]!);
        PushSubscription held = Assert.Single(Server.Subscriptions);
        Assert.Equal(_account.Id, held.Account.ToString());
        Assert.Equal([0, 2, 5], held.Namespaces.Select(space => (int)space.Value));
        Assert.True(held.WantsData);

        JsonObject removal = _account.Sign($"UNSUBSCRIBE{_account.Id}{Now}", Device());
        Assert.True((bool)(await PostAsync("/unsubscribe", removal))["removed"]!);
        Assert.False((bool)(await PostAsync("/unsubscribe", removal))["removed"]!);
        Assert.Empty(Server.Subscriptions);
    }

    [Fact]
    public async Task Subscribe_SignatureOfTheSpecification_IsTaken()
    {
        // protocol/24 §1: seed 0x55, namespaces 0 and 5, with data, at 1775000000; within two weeks of this clock when put there.
        await using LocalNetwork network = await LocalNetwork.StartAsync(LocalNetworkOptions.Default with
        {
            NodeCount = 4,
            Clock = new GatedClock(DateTimeOffset.FromUnixTimeSeconds(1_775_000_000)),
        });
        await using var client = new OnionClient(network.ClientOptions);
        JsonObject subscription = Subscription([0, 5]);
        subscription["sig_ts"] = 1_775_000_000;
        subscription["signature"] = "A0Evqz0CAHboXzNVccKSsL2V9hR7O3J1mseF1m+A9GDQrO85iODiTH0XFvfeo5gV9YYQWN8Zd9y/NhY63M6uCw==";

        Assert.True((bool)(await PostAsync("/subscribe", subscription, client, network.PushServer.Server))["success"]!);

        JsonObject removal = _account.Sign("replaced below", Device());
        removal["sig_ts"] = 1_775_000_000;
        removal["signature"] = "rdq4UGbwcKK2hmSWGtNlcsZaKCWTwCKAMREbKAO0SWty9TRKmPt0isDYsfpzFhHishxSTJzd2hz9L+51e3EUBA==";
        Assert.True((bool)(await PostAsync("/unsubscribe", removal, client, network.PushServer.Server))["removed"]!);
    }

    [Theory]
    [InlineData("signature", "\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==\"")]
    [InlineData("signature", "\"short\"")]
    [InlineData("namespaces", "[5,0]")]
    [InlineData("namespaces", "[]")]
    [InlineData("namespaces", "[70000]")]
    [InlineData("service", "\"pigeon\"")]
    [InlineData("service_info", "[]")]
    [InlineData("sig_ts", "9223372036854775807")]
    [InlineData("sig_ts", "-9223372036854775808")]
    [InlineData("sig_ts", "\"now\"")]
    [InlineData("enc_key", "\"00\"")]
    [InlineData("pubkey", "\"99\"")]
    [InlineData("session_ed25519", null)]
    public async Task Subscribe_WithABadField_IsRefusedInside(string field, string? value)
    {
        JsonObject subscription = Subscription([0, 5]);
        subscription.Remove(field);
        if (value is not null)
        {
            subscription[field] = JsonNode.Parse(value);
        }

        Assert.Equal(1, (int)(await PostAsync("/subscribe", subscription))["error"]!);
        Assert.Empty(Server.Subscriptions);
    }

    [Fact]
    public async Task Subscribe_ArrayOfTwo_IsAnsweredByAnArray()
    {
        ServerResponse answer = await SendAsync("/subscribe", new JsonArray(Subscription([0]), new JsonObject()).ToJsonString(), _client, Server.Server);

        JsonArray answers = JsonNode.Parse(answer.Body.Span)!.AsArray();
        Assert.Equal([true, false], answers.Select(item => item!.AsObject().ContainsKey("success")));
        await PostAsync("/unsubscribe", _account.Sign($"UNSUBSCRIBE{_account.Id}{Now}", Device()));
    }

    [Theory]
    [InlineData("/subscribe", "no json", 200)]
    [InlineData("/elsewhere", "{}", 404)]
    public async Task Request_OfAnotherForm_IsAnswered(string endpoint, string body, int code) =>
        Assert.Equal(code, (await SendAsync(endpoint, body, _client, Server.Server)).Code);

    private JsonObject Device() => new()
    {
        ["service"] = "firebase",
        ["service_info"] = new JsonObject { ["token"] = "device" },
        ["sig_ts"] = Now,
    };

    private JsonObject Subscription(int[] namespaces)
    {
        JsonObject fields = Device();
        fields["namespaces"] = new JsonArray([.. namespaces.Select(space => (JsonNode)space)]);
        fields["data"] = true;
        fields["enc_key"] = new string('8', 64);
        fields = _account.Sign($"MONITOR{_account.Id}{Now}1{string.Join(',', namespaces)}", fields);
        fields["session_ed25519"] = (string?)fields["pubkey_ed25519"];
        return fields;
    }

    private Task<JsonObject> PostAsync(string endpoint, JsonObject body)
    {
        if (string.Equals(endpoint, "/unsubscribe", StringComparison.Ordinal))
        {
            body["session_ed25519"] = (string?)body["pubkey_ed25519"];
        }

        return PostAsync(endpoint, body, _client, Server.Server);
    }

    private static async Task<JsonObject> PostAsync(string endpoint, JsonObject body, OnionClient client, OnionServer server)
    {
        if (body["session_ed25519"] is null && string.Equals(endpoint, "/unsubscribe", StringComparison.Ordinal))
        {
            body["session_ed25519"] = (string?)body["pubkey_ed25519"];
        }

        ServerResponse answer = await SendAsync(endpoint, body.ToJsonString(), client, server);
        Assert.Equal(200, answer.Code);
        Assert.Equal("application/json", answer.Headers["content-type"]);
        return JsonSerializer.Deserialize<JsonObject>(answer.Body.Span)!;
    }

    private static ValueTask<ServerResponse> SendAsync(string endpoint, string body, OnionClient client, OnionServer server) =>
        client.SendToServerAsync(server, new ServerRequest("POST", endpoint, new Dictionary<string, string>(StringComparer.Ordinal), Encoding.UTF8.GetBytes(body)));
}
