using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Session.Protocol.Accounts;
using Session.Protocol.Cryptography;
using Session.Protocol.Onion.Nodes;
using Session.Protocol.Onion.Paths;
using Session.Protocol.Onion.Requests;
using Session.Protocol.Onion.Transport;

namespace Session.Protocol.Onion.Tests;

/// <summary>Nodes that peel, pass on and answer, and a seed, without sockets. Faults are set per node.</summary>
internal sealed class MemoryNetwork : IOnionTransport
{
    public const int Unreadable = -1;

    public static readonly Uri Seed = new("http://127.0.0.1:1/json_rpc");

    private readonly Dictionary<Ed25519PublicKey, TestNode> _byKey;
    private readonly Dictionary<int, TestNode> _byPort;

    public MemoryNetwork(TestNode[] nodes)
    {
        Nodes = nodes;
        _byKey = nodes.ToDictionary(node => node.Node.IdentityKey);
        _byPort = nodes.ToDictionary(node => node.Node.HttpsPort);
    }

    public TestNode[] Nodes { get; }

    /// <summary>Every hop of every request, in order: which node peeled which kind of layer.</summary>
    public ConcurrentQueue<(ServiceNode Node, PeeledLayer Layer)> Peeled { get; } = new();

    public ConcurrentQueue<TransportRequest> Posts { get; } = new();

    /// <summary>What a node does instead of its work; null lets it work.</summary>
    public Func<ServiceNode, string, TransportResponse?> Fault { get; set; } = (_, _) => null;

    /// <summary>Waited for by every request to a node before anything else happens to it.</summary>
    public Func<Task>? Holding { get; set; }

    /// <summary>What a node answers to a request; the status <see cref="Unreadable"/> makes it something that is no sealed answer.</summary>
    public Func<string, (int Status, string Body)> Answer { get; set; } = _ => (200, "{\"t\":1700000000000}");

    public Func<ServerRequest, ServerResponse>? Server { get; set; }

    public TestNode? ServerKeys { get; set; }

    public Func<TransportResponse> SeedAnswer { get; set; } = () => new TransportResponse(404, default, string.Empty);

    public OnionClientOptions Options { get; } = new() { Directory = new NodeDirectoryOptions { Seeds = [new SeedNode(Seed)] } };

    public static TransportResponse Text(int status, string text) => new(status, Encoding.UTF8.GetBytes(text), "text/plain");

    public string NodeList() => JsonSerializer.Serialize(new
    {
        result = new
        {
            service_node_states = Nodes.Select(x => x.Node).Select(node => new
            {
                pubkey_ed25519 = node.IdentityKey.ToString(),
                pubkey_x25519 = node.EncryptionKey.ToString(),
                public_ip = node.Address.ToString(),
                storage_port = node.HttpsPort,
                swarm_id = node.SwarmId ?? 0,
            }),
        },
    });

    /// <summary>Waits until a client has both its paths, and they are what is wanted. Then nothing goes on behind the back of requests.</summary>
    public static async Task<IReadOnlyList<OnionPath>> PathsAsync(OnionClient client, Predicate<IReadOnlyList<OnionPath>>? wanted = null)
    {
        using var stop = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        await foreach (PathSnapshot snapshot in client.WatchPathsAsync(stop.Token))
        {
            if (snapshot.State == PathState.Ready && snapshot.Paths.Count == 2 && wanted?.Invoke(snapshot.Paths) != false)
            {
                return snapshot.Paths;
            }
        }

        throw new InvalidOperationException("The client was closed.");
    }

    /// <summary>A node that is a hop of none of the paths.</summary>
    public ServiceNode Free(IReadOnlyList<OnionPath> paths) => Nodes.Select(node => node.Node).First(node => !paths.Any(path => path.Contains(node.IdentityKey)));

    public async ValueTask<TransportResponse> PostAsync(TransportRequest request, CancellationToken cancellationToken = default)
    {
        await Task.Yield();
        cancellationToken.ThrowIfCancellationRequested();
        Posts.Enqueue(request);
        if (request.Address == Seed)
        {
            return SeedAnswer();
        }

        if (Holding is { } holding)
        {
            await holding();
        }

        TestNode node = _byPort[request.Address.Port];
        if (Fault(node.Node, request.Address.AbsolutePath) is { } fault)
        {
            return fault;
        }

        if (request.Address.AbsolutePath == "/storage_rpc/v1")
        {
            (int status, string body) = Answer(Encoding.UTF8.GetString(request.Body.Span));
            return Text(status, body);
        }

        return OnionHopRequest.TryParse(request.Body, out OnionHopRequest? hop) ? Peel(node, hop) : Text(400, "Error parsing onion request: bad");
    }

    private TransportResponse Peel(TestNode node, OnionHopRequest request)
    {
        using var key = new OnionReplyKey();
        if (!request.TryOpen(node.Secret, node.Node.EncryptionKey, key, out byte[]? plaintext) || !PeeledLayer.TryParse(plaintext, out PeeledLayer? layer))
        {
            return Text(400, "Invalid ciphertext");
        }

        Peeled.Enqueue((node.Node, layer));
        switch (layer)
        {
            case PeeledLayer.ToNode relay:
                if (!_byKey.TryGetValue(relay.Next, out TestNode? next))
                {
                    return Text(502, $"Next node not found: {relay.Next}");
                }

                return Fault(next.Node, "hop") ?? Peel(next, relay.Request);
            case PeeledLayer.ToServer exit:
                return AnswerAsServer(exit);
            default:
                (int status, string body) = Answer(Encoding.UTF8.GetString(((PeeledLayer.Final)layer).Payload.Span));
                if (status == Unreadable)
                {
                    return Text(200, body);
                }

                byte[] reply = JsonSerializer.SerializeToUtf8Bytes(new { status, body });
                return Text(200, Convert.ToBase64String(key.Seal(reply, RandomSource.System)));
        }
    }

    private TransportResponse AnswerAsServer(PeeledLayer.ToServer exit)
    {
        using var key = new OnionReplyKey();
        return OnionHopRequest.TryParse(exit.Plaintext, out OnionHopRequest? request) && request.TryOpen(ServerKeys!.Secret, ServerKeys.Node.EncryptionKey, key, out byte[]? plaintext)
            && V4Message.TryDecodeRequest(plaintext, out ServerRequest? asked)
            ? new TransportResponse(200, key.Seal(V4Message.EncodeResponse(Server!(asked)), RandomSource.System), "text/plain")
            : Text(400, "Bad request");
    }
}
