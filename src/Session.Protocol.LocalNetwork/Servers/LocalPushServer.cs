using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Session.Protocol.Accounts;
using Session.Protocol.LocalNetwork.Rpc;
using Session.Protocol.Onion.Requests;

namespace Session.Protocol.LocalNetwork.Servers;

/// <summary>
/// A push notification server of a <see cref="LocalNetwork"/>: takes and checks subscriptions as the real one does (protocol/24 §2) and
/// shows them; it sends no notifications. Safe for concurrent use.
/// </summary>
public sealed class LocalPushServer
{
    /// <summary>Largest body of a request.</summary>
    private const int MaxBody = 100_000;

    private const int BadInput = 1;

    private readonly NodeRegistry _network;
    private readonly ConcurrentDictionary<(AccountId Account, string Service, string Token), PushSubscription> _subscriptions = new();

    internal LocalPushServer(NodeRegistry network, NodeKeys keys)
    {
        _network = network;
        Keys = keys;
        Endpoint = new ServerEndpoint(network, keys, (request, _) => new(Answer(request)));
    }

    /// <summary>How clients reach it.</summary>
    public OnionServer Server { get; internal set; } = null!;

    /// <summary>The subscriptions at this moment, one for each account, service and device.</summary>
    public IReadOnlyCollection<PushSubscription> Subscriptions => [.. _subscriptions.Values];

    internal NodeKeys Keys { get; }

    internal ServerEndpoint Endpoint { get; }

    private ServerResponse Answer(ServerRequest request)
    {
        Func<PushCall, JsonObject>? carryOut = request switch
        {
            { Method: "POST", Endpoint: "/subscribe" } => Subscribe,
            { Method: "POST", Endpoint: "/unsubscribe" } => Unsubscribe,
            _ => null,
        };
        if (carryOut is null)
        {
            return ServerEndpoint.Text(404, "Not Found");
        }

        ReadOnlyMemory<byte> body = request.Body ?? default;
        if (body.Length > MaxBody || !StrictJson.TryParse(body, out JsonDocument? document))
        {
            return ServerEndpoint.Json(JsonText.Write(Refusal("Invalid JSON")));
        }

        using (document)
        {
            JsonElement root = document.RootElement;
            JsonNode answer = root.ValueKind == JsonValueKind.Array
                ? new JsonArray([.. root.EnumerateArray().Select(item => (JsonNode)Carry(item, carryOut))])
                : Carry(root, carryOut);
            return ServerEndpoint.Json(JsonText.Write(answer));
        }
    }

    private static JsonObject Carry(JsonElement item, Func<PushCall, JsonObject> carryOut)
    {
        try
        {
            return item.ValueKind == JsonValueKind.Object ? carryOut(new PushCall(item)) : Refusal("Invalid input: expected an object");
        }
        catch (RefusedException refused)
        {
            return Refusal(refused.Message);
        }
    }

    private static JsonObject Refusal(string message) => new() { ["error"] = BadInput, ["message"] = message };

    private JsonObject Subscribe(PushCall call)
    {
        PushSubscription subscription = call.ReadSubscription(_network.Clock.GetUtcNow());
        bool added = true;
        _subscriptions.AddOrUpdate(Key(call), subscription, (_, _) =>
        {
            added = false;
            return subscription;
        });
        return new JsonObject { ["success"] = true, [added ? "added" : "updated"] = true };
    }

    private JsonObject Unsubscribe(PushCall call)
    {
        call.CheckUnsubscription(_network.Clock.GetUtcNow());
        return new JsonObject { ["success"] = true, ["removed"] = _subscriptions.TryRemove(Key(call), out _) };
    }

    private static (AccountId Account, string Service, string Token) Key(PushCall call) => (call.AccountId, call.Service, call.DeviceToken);
}
