using System.Text;
using Session.Protocol.Accounts;
using Session.Protocol.Onion.Nodes;
using Session.Protocol.Onion.Requests;

namespace Session.Protocol.Onion.Tests.Files;

/// <summary>A server that answers as the test says, and a clock that the test can put right.</summary>
internal sealed class ScriptedServer(Func<ServerRequest, ServerResponse> answer) : IOnionClient, INetworkClock
{
    public List<(OnionServer Server, ServerRequest Request)> Requests { get; } = [];

    public int Resynchronisations { get; private set; }

    public INodeDirectory Nodes => throw new NotSupportedException();

    public INetworkClock Clock => this;

    public TimeSpan Offset => TimeSpan.Zero;

    public DateTimeOffset Now => DateTimeOffset.FromUnixTimeMilliseconds(NowMilliseconds);

    public long NowMilliseconds { get; set; } = 1_775_000_000_000;

    public static ServerResponse Json(string json, int code = 200) => new(code, new Dictionary<string, string>(), Encoding.UTF8.GetBytes(json));

    public ValueTask<ServerResponse> SendToServerAsync(OnionServer server, ServerRequest request, CancellationToken cancellationToken = default)
    {
        Requests.Add((server, request));
        return ValueTask.FromResult(answer(request));
    }

    public ValueTask<OnionResponse> SendToNodeAsync(ServiceNode destination, ReadOnlyMemory<byte> body, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public void Observe(Ed25519PublicKey node, long nodeMilliseconds)
    {
    }

    public ValueTask ResynchroniseAsync(CancellationToken cancellationToken = default)
    {
        Resynchronisations++;
        NowMilliseconds += 1_000;
        return ValueTask.CompletedTask;
    }
}
