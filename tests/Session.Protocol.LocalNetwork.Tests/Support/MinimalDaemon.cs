using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Session.Protocol.LocalNetwork.Tests.Support;

/// <summary>
/// As little of a blockchain daemon as a storage server on a developer's machine can live with: HTTP/1.0, one method, no heed of
/// fields or active_only, fields nobody asked for.
/// </summary>
internal sealed class MinimalDaemon : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _closing = new();
    private readonly string _method;
    private readonly string _list;
    private readonly Task _serving;

    public MinimalDaemon(string method, bool portsAsText, IEnumerable<LocalNode> nodes)
    {
        _method = method;
        _list = new JsonObject
        {
            ["id"] = "0",
            ["jsonrpc"] = "2.0",
            ["result"] = new JsonObject
            {
                ["height"] = 1,
                ["service_node_states"] = new JsonArray([.. nodes.Select(node => (JsonNode)Describe(node, portsAsText)), Decommissioned()]),
            },
        }.ToJsonString();
        _listener.Start();
        _serving = ServeAsync();
    }

    public Uri Address => new($"http://{_listener.LocalEndpoint}");

    /// <summary>The methods that were asked for, in order.</summary>
    public ConcurrentQueue<string> Asked { get; } = new();

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        _listener.Stop();
        await _serving;
        _closing.Dispose();
    }

    private static JsonObject Describe(LocalNode node, bool portsAsText) => new()
    {
        ["service_node_pubkey"] = node.IdentityKey.ToString(),
        ["pubkey_ed25519"] = node.IdentityKey.ToString(),
        ["pubkey_x25519"] = node.EncryptionKey.ToString(),
        ["public_ip"] = node.Address.ToString(),
        ["storage_port"] = portsAsText ? node.HttpsPort.ToString(CultureInfo.InvariantCulture) : JsonValue.Create(node.HttpsPort),
        ["storage_lmq_port"] = node.HttpsPort,
        ["swarm_id"] = node.SwarmId,
        ["funded"] = true,
        ["contributors"] = new JsonArray(new JsonObject { ["amount"] = 1, ["locked_contributions"] = new JsonArray() }),
    };

    // Without heed of active_only it is in the list: whoever uses it gets nowhere.
    private static JsonObject Decommissioned() => new()
    {
        ["pubkey_ed25519"] = "d04ab232742bb4ab3a1368bd4615e4e6d0224ab71a016baf8520a332c9778737",
        ["public_ip"] = "127.0.0.1",
        ["storage_port"] = 1,
        ["swarm_id"] = ulong.MaxValue,
    };

    private async Task ServeAsync()
    {
        while (!_closing.IsCancellationRequested)
        {
            try
            {
                using TcpClient client = await _listener.AcceptTcpClientAsync(_closing.Token);
                using var reader = new StreamReader(client.GetStream(), Encoding.ASCII);
                byte[] answer = Encoding.ASCII.GetBytes(await AnswerAsync(reader));
                await client.GetStream().WriteAsync(answer, _closing.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private async Task<string> AnswerAsync(StreamReader reader)
    {
        string? first = await reader.ReadLineAsync(_closing.Token);
        int length = 0;
        for (string? line = first; !string.IsNullOrEmpty(line); line = await reader.ReadLineAsync(_closing.Token))
        {
            if (line.StartsWith("Content-Length: ", StringComparison.OrdinalIgnoreCase))
            {
                length = int.Parse(line["Content-Length: ".Length..], CultureInfo.InvariantCulture);
            }
        }

        char[] body = new char[length];
        await reader.ReadBlockAsync(body, _closing.Token);
        if (first?.StartsWith("POST /json_rpc HTTP/1.1", StringComparison.Ordinal) != true)
        {
            return "HTTP/1.0 404 Not Found\r\n\r\n";
        }

        string method = (string)JsonNode.Parse(new string(body))!["method"]!;
        Asked.Enqueue(method);
        return method == _method
            ? $"HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n{_list}"
            : "HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n{\"error\":{\"code\":-32601,\"message\":\"Method not found\"},\"id\":\"0\",\"jsonrpc\":\"2.0\"}";
    }
}
