using System.Net;
using System.Text;
using System.Text.Json;
using Session.Protocol.Accounts;
using Session.Protocol.Onion.Nodes;
using Session.Protocol.Onion.Requests;
using Session.Protocol.Onion.Storage;
using Session.Protocol.Onion.Storage.Wire;
using Session.Protocol.Onion.Swarms;

namespace Session.Protocol.Onion.Tests.Swarms;

/// <summary>
/// An onion client in memory. Nodes have real keys and sign; which of them are the swarm, and how each misbehaves, is up to the test.
/// </summary>
internal sealed class FakeNetwork : IOnionClient, INodeDirectory, INetworkClock, IDisposable
{
    private readonly Dictionary<Ed25519PublicKey, SessionIdentity> _keys = [];
    private readonly Dictionary<Ed25519PublicKey, Func<JsonElement, OnionResponse?>> _scripts = [];
    private readonly Lock _lock = new();

    public FakeNetwork(int nodes, int swarmSize, ulong? swarmId = null)
    {
        for (int i = 0; i < nodes; i++)
        {
            byte[] seed = new byte[32];
            seed[0] = (byte)(i + 1);
            SessionIdentity key = SessionIdentity.FromSeed(seed);
            _keys[key.SigningKey] = key;
            All.Add(new ServiceNode(key.SigningKey, key.EncryptionKey, IPAddress.Parse($"127.0.{i + 1}.1"), 22100 + i, i < swarmSize ? swarmId : null));
        }

        Swarm = [.. All.Take(swarmSize)];
    }

    public List<ServiceNode> All { get; } = [];

    /// <summary>The nodes that hold every account.</summary>
    public List<ServiceNode> Swarm { get; set; }

    /// <summary>What every node is asked, in order: the node and the method.</summary>
    public List<(ServiceNode Node, string Method)> Sent { get; } = [];

    public List<long> Observed { get; } = [];

    public int Resynchronisations { get; private set; }

    public int Refreshes { get; private set; }

    public Action OnResynchronise { get; set; } = () => { };

    public INodeDirectory Nodes => this;

    public INetworkClock Clock => this;

    public TimeSpan Offset => TimeSpan.Zero;

    public DateTimeOffset Now => DateTimeOffset.FromUnixTimeMilliseconds(NowMilliseconds);

    public long NowMilliseconds { get; set; } = 1775000000000;

    public int Asked(string method) => Sent.Count(x => x.Method == method);

    /// <summary>Makes a node answer by itself; null lets it answer properly after all.</summary>
    public void Script(ServiceNode node, Func<JsonElement, OnionResponse?> answer) => _scripts[node.IdentityKey] = answer;

    public ValueTask<OnionResponse> SendToNodeAsync(ServiceNode destination, ReadOnlyMemory<byte> body, CancellationToken cancellationToken = default)
    {
        using JsonDocument document = JsonDocument.Parse(body);
        JsonElement request = document.RootElement;
        lock (_lock)
        {
            Sent.Add((destination, request.GetProperty("method").GetString()!));
        }

        OnionResponse? scripted = _scripts.TryGetValue(destination.IdentityKey, out Func<JsonElement, OnionResponse?>? script) ? script(request) : null;
        return ValueTask.FromResult(scripted ?? Answer(destination, request));
    }

    public OnionResponse WrongSwarm(IEnumerable<ServiceNode> nodes) => new(421, Encoding.UTF8.GetBytes(SwarmJson(nodes)));

    public static OnionResponse Text(int status, string text) => new(status, Encoding.UTF8.GetBytes(text));

    /// <summary>An answer to a store, signed by the given members.</summary>
    public OnionResponse StoreAnswer(JsonElement parameters, IEnumerable<ServiceNode> members, bool already = false, bool goodSignature = true)
    {
        AccountId account = AccountId.Parse(parameters.GetProperty("pubkey").GetString());
        string hash = MessageHash.Compute(account, new SwarmNamespace(parameters.GetProperty("namespace").GetInt16()), parameters.GetProperty("data").GetBytesFromBase64());
        string entries = string.Join(',', members.Select(node =>
            $$"""
            "{{node.IdentityKey}}":{"hash":"{{hash}}","signature":"{{Sign(node, MemberText.Store(goodSignature ? hash : "x"))}}","expiry":1776209600000{{(already ? ",\"already\":1" : "")}}}
            """));
        return Text(200, $$"""{"hash":"{{hash}}","swarm":{{{entries}}},"t":{{NowMilliseconds}},"hf":[19,4]}""");
    }

    public ValueTask<ServerResponse> SendToServerAsync(OnionServer server, ServerRequest request, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public ValueTask<IReadOnlyList<ServiceNode>> GetNodesAsync(CancellationToken cancellationToken = default) =>
        ValueTask.FromResult<IReadOnlyList<ServiceNode>>([.. All]);

    public ValueTask<IReadOnlyList<ServiceNode>> RefreshAsync(CancellationToken cancellationToken = default)
    {
        Refreshes++;
        return GetNodesAsync(cancellationToken);
    }

    public void Drop(Ed25519PublicKey identityKey) => All.RemoveAll(node => node.IdentityKey == identityKey);

    public void Observe(Ed25519PublicKey node, long nodeMilliseconds)
    {
        lock (_lock)
        {
            Observed.Add(nodeMilliseconds);
        }
    }

    public ValueTask ResynchroniseAsync(CancellationToken cancellationToken = default)
    {
        Resynchronisations++;
        OnResynchronise();
        return ValueTask.CompletedTask;
    }

    public void Dispose()
    {
        foreach (SessionIdentity key in _keys.Values)
        {
            key.Dispose();
        }
    }

    private OnionResponse Answer(ServiceNode node, JsonElement request)
    {
        string method = request.GetProperty("method").GetString()!;
        if (method == "get_swarm")
        {
            return Text(200, SwarmJson(Swarm));
        }

        if (!Swarm.Contains(node))
        {
            return WrongSwarm(Swarm);
        }

        return method == "store"
            ? StoreAnswer(request.GetProperty("params"), Swarm)
            : throw new NotSupportedException($"The test has no script for {method}.");
    }

    private string Sign(ServiceNode node, byte[] text)
    {
        byte[] signature = new byte[64];
        _keys[node.IdentityKey].Sign(text, signature);
        return Convert.ToBase64String(signature);
    }

    private string SwarmJson(IEnumerable<ServiceNode> nodes) =>
        $$"""{"snodes":[{{string.Join(',', nodes.Select(node => $$"""{"ip":"{{node.Address}}","port":"{{node.HttpsPort}}","port_https":{{node.HttpsPort}},"pubkey_ed25519":"{{node.IdentityKey}}","pubkey_x25519":"{{node.EncryptionKey}}"}"""))}}],"swarm":"1","t":{{NowMilliseconds}},"hf":[19,4]}""";
}
