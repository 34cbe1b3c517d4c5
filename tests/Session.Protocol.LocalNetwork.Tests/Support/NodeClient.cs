using System.Text;
using System.Text.Json.Nodes;

namespace Session.Protocol.LocalNetwork.Tests.Support;

/// <summary>HTTPS to nodes as a client does it: no certificate is looked at.</summary>
internal sealed class NodeClient : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true },
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(2),
    });

    public async Task<NodeAnswer> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken = default)
    {
        using HttpResponseMessage response = await _http.SendAsync(request, cancellationToken);
        return new NodeAnswer((int)response.StatusCode, response.Content.Headers.ContentType?.ToString(), response.Headers.Server.ToString(),
            await response.Content.ReadAsByteArrayAsync(cancellationToken));
    }

    public async Task<NodeAnswer> PostAsync(LocalNode node, string path, byte[] body, CancellationToken cancellationToken = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"https://{node}{path}") { Content = new ByteArrayContent(body) };
        return await SendAsync(request, cancellationToken);
    }

    public Task<NodeAnswer> RpcAsync(LocalNode node, string method, JsonObject parameters, CancellationToken cancellationToken = default) =>
        PostAsync(node, "/storage_rpc/v1", Encoding.UTF8.GetBytes(new JsonObject { ["method"] = method, ["params"] = parameters }.ToJsonString()), cancellationToken);

    public void Dispose() => _http.Dispose();
}
