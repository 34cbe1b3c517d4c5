using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Session.Protocol.Accounts;
using Session.Protocol.Cryptography;
using Session.Protocol.LocalNetwork.Rpc;
using Session.Protocol.LocalNetwork.Storage;
using Session.Protocol.Onion.Requests;

namespace Session.Protocol.LocalNetwork.Servers;

/// <summary>
/// A push notification server of a <see cref="LocalNetwork"/>: takes and checks subscriptions as the real one does (protocol/24 §2),
/// shows them, and makes notifications of new messages, which no push service carries: they are received here. Safe for concurrent use.
/// </summary>
public sealed class LocalPushServer
{
    /// <summary>Largest body of a request.</summary>
    private const int MaxBody = 100_000;

    private const int BadInput = 1;

    /// <summary>Notifications that wait for one device; of more the oldest are lost, as push services do it.</summary>
    private const int MaxWaiting = 100;

    private readonly NodeRegistry _network;
    private readonly ConcurrentDictionary<(AccountId Account, string Service, string Token), PushSubscription> _subscriptions = new();
    private readonly ConcurrentDictionary<string, Channel<byte[]>> _devices = new(StringComparer.Ordinal);

    internal LocalPushServer(NodeRegistry network, NodeKeys keys)
    {
        _network = network;
        network.MessageStored = Notify;
        Keys = keys;
        Endpoint = new ServerEndpoint(network, keys, (request, _) => new(Answer(request)));
    }

    /// <summary>How clients reach it.</summary>
    public OnionServer Server { get; internal set; } = null!;

    /// <summary>The subscriptions at this moment, one for each account, service and device.</summary>
    public IReadOnlyCollection<PushSubscription> Subscriptions => [.. _subscriptions.Values];

    /// <summary>Waits for the next notification that a device gets, of any of its subscriptions. The last hundred are kept.</summary>
    /// <param name="deviceToken">The token that the device subscribed with.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The field <c>enc_payload</c>, base64 removed.</returns>
    public async ValueTask<ReadOnlyMemory<byte>> ReceiveAsync(string deviceToken, CancellationToken cancellationToken = default) =>
        await Device(deviceToken).Reader.ReadAsync(cancellationToken).ConfigureAwait(false);

    internal NodeKeys Keys { get; }

    internal ServerEndpoint Endpoint { get; }

    private void Notify(string account, StoredMessage message)
    {
        foreach (PushSubscription subscription in _subscriptions.Values)
        {
            if (string.Equals(subscription.Account.ToString(), account, StringComparison.Ordinal) && subscription.Namespaces.Any(space => space.Value == message.Namespace))
            {
                byte[] nonce = RandomNumberGenerator.GetBytes(XChaCha20Poly1305.NonceSize);
                _ = Device(subscription.DeviceToken).Writer.TryWrite(PushPayload.Seal(subscription, message, nonce));
            }
        }
    }

    private Channel<byte[]> Device(string token) => _devices.GetOrAdd(
        token, static _ => Channel.CreateBounded<byte[]>(new BoundedChannelOptions(MaxWaiting) { FullMode = BoundedChannelFullMode.DropOldest }));

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
