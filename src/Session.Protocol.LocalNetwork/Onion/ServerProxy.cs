using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Authentication;
using Session.Protocol.LocalNetwork.Faults;
using Session.Protocol.Onion.Requests;
using Session.Protocol.Onion.Transport;

namespace Session.Protocol.LocalNetwork.Onion;

/// <summary>
/// The exit's way to a server: one HTTP POST of the whole decrypted layer, whose status and body go back as they are
/// (protocol/22 §4). This network leaves loopback for nobody: any other host does not resolve.
/// </summary>
internal sealed class ServerProxy : IDisposable
{
    /// <summary>Largest answer that is read; more than a node passes on in one piece.</summary>
    private const int MaxAnswer = 16 * 1024 * 1024;

    private const int LimitSeconds = 25;

    private readonly NodeRegistry _network;

    // The nodes are in their user's process, but what they call is not what the program calls, and neither metrics nor traces tell of it.
    private readonly SocketsHttpHandler _handler = new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        ActivityHeadersPropagator = null,
        MeterFactory = SilentMeterFactory.Instance,
    };

    private readonly HttpClient _client;

    public ServerProxy(NodeRegistry network)
    {
        _network = network;
        _client = new HttpClient(_handler, disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = MaxAnswer };
        _client.DefaultRequestHeaders.TryAddWithoutValidation("User-Agent", network.Options.SoftwareName);
    }

    /// <summary>Which targets a node posts to.</summary>
    public static bool Allows(PeeledLayer.ToServer server) =>
        server.Protocol is "http" or "https"
        && (server.Target.StartsWith("/loki/", StringComparison.Ordinal) || server.Target.StartsWith("/oxen/", StringComparison.Ordinal))
        && server.Target.EndsWith("/lsrpc", StringComparison.Ordinal)
        && !server.Target.Contains('?', StringComparison.Ordinal);

    public ValueTask<OnionReply> PostAsync(PeeledLayer.ToServer server, CancellationToken cancellationToken) => _network.Faults.HopAsync(
        new HopSite(new FaultSite(NodeRole.Server, null), _network.Clock), () => PostHonestlyAsync(server, cancellationToken), cancellationToken);

    public void Dispose()
    {
        _client.Dispose();
        _handler.Dispose();
    }

    private async ValueTask<OnionReply> PostHonestlyAsync(PeeledLayer.ToServer server, CancellationToken cancellationToken)
    {
        string address = string.Create(CultureInfo.InvariantCulture, $"{server.Protocol}://{server.Host}:{server.Port}{server.Target}");
        if (!Uri.TryCreate(address, UriKind.Absolute, out Uri? uri) || !uri.IsLoopback || uri.UserInfo.Length > 0)
        {
            return OnionReply.Text(502, $"Could not resolve host: {server.Host}");
        }

        using var deadline = new Deadline(TimeSpan.FromSeconds(LimitSeconds), _network.Clock, cancellationToken);
        using var request = new HttpRequestMessage(HttpMethod.Post, uri) { Content = new ReadOnlyMemoryContent(server.Plaintext) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        try
        {
            using HttpResponseMessage response = await _client.SendAsync(request, deadline.Token).ConfigureAwait(false);
            return new OnionReply((int)response.StatusCode, await response.Content.ReadAsByteArrayAsync(deadline.Token).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (deadline.Token.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return OnionReply.Text(504, $"Operation timed out after {LimitSeconds}000 milliseconds with 0 bytes received");
        }
        catch (HttpRequestException exception)
        {
            return OnionReply.Text(502, Describe(exception, server));
        }
    }

    // In the words of curl, which the real server uses (recorded entries 150, 186, 187).
    private static string Describe(HttpRequestException exception, PeeledLayer.ToServer server) => exception.InnerException switch
    {
        AuthenticationException => "SSL certificate problem: self-signed certificate",
        SocketException { SocketErrorCode: SocketError.ConnectionRefused } =>
            string.Create(CultureInfo.InvariantCulture, $"Failed to connect to {server.Host} port {server.Port} after 0 ms: Couldn't connect to server"),
        _ => "Failure when receiving data from the peer",
    };
}
