using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Session.Protocol.LocalNetwork.Tests.Support;

namespace Session.Protocol.LocalNetwork.Tests.Http;

public class NodeEndpointTests : IAsyncLifetime
{
    private readonly NodeClient _client = new();
    private readonly GatedClock _clock = new(DateTimeOffset.UnixEpoch.AddYears(56));
    private LocalNetwork _network = null!;

    public async ValueTask InitializeAsync() => _network = await LocalNetwork.StartAsync(new LocalNetworkOptions
    {
        NodeCount = 4,
        SwarmCount = 1,
        Clock = _clock,
        RateLimitBurst = 5,
        RateLimitPerSecond = 2,
    });

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _network.DisposeAsync();
    }

    [Fact]
    public async Task Connect_Tls_ShowsTheCertificateOfANodeAndSpeaksHttp11Only()
    {
        LocalNode node = _network.Nodes[0];
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(node.Address, node.HttpsPort);
        await using var tls = new SslStream(tcp.GetStream(), false, (_, _, _, _) => true);
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "anything",
            ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
        });
        using var certificate = new X509Certificate2(tls.RemoteCertificate!);

        Assert.NotEqual(SslApplicationProtocol.Http2, tls.NegotiatedApplicationProtocol);
        Assert.True(tls.SslProtocol is SslProtocols.Tls12 or SslProtocols.Tls13);
        Assert.Equal("CN=localhost, O=Oxen, C=AU", certificate.Subject);
        Assert.Equal(certificate.Subject, certificate.Issuer);
        Assert.Equal(2048, certificate.GetRSAPublicKey()!.KeySize);
    }

    [Fact]
    public async Task Rpc_MoreThanTheBurst_Is429UntilTimePassesAndOnionRequestsAreFree()
    {
        LocalNode node = _network.Nodes[0];
        for (int i = 0; i < 5; i++)
        {
            Assert.Equal(200, (await _client.RpcAsync(node, "info", [])).Status);
        }

        NodeAnswer refused = await _client.RpcAsync(node, "info", []);
        Assert.Equal((429, "text/plain", "Too Many Requests\n"), (refused.Status, refused.ContentType, refused.Text));
        Assert.Equal(400, (await _client.PostAsync(node, "/onion_req/v2", [1])).Status);
        Assert.Equal(200, (await _client.RpcAsync(_network.Nodes[1], "info", [])).Status);

        _clock.Advance(TimeSpan.FromSeconds(1));
        foreach (int status in (int[])[200, 200, 429])
        {
            Assert.Equal(status, (await _client.RpcAsync(node, "info", [])).Status);
        }
    }

    // Section 12 of the recordings: the answer comes after the headers, before any byte of the body.
    [Fact]
    public async Task Post_AnnouncesMoreThanTenMebibytes_Is413AtOnce()
    {
        LocalNode node = _network.Nodes[0];
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(node.Address, node.HttpsPort);
        await using var tls = new SslStream(tcp.GetStream(), false, (_, _, _, _) => true);
        await tls.AuthenticateAsClientAsync("localhost");
        await tls.WriteAsync(Encoding.ASCII.GetBytes("POST /storage_rpc/v1 HTTP/1.1\r\nHost: x\r\nContent-Length: 10485761\r\n\r\n"));
        byte[] buffer = new byte[1024];
        int length = 0;
        while (length == 0 || !Encoding.ASCII.GetString(buffer, 0, length).EndsWith("large", StringComparison.Ordinal))
        {
            length += await tls.ReadAtLeastAsync(buffer.AsMemory(length), 1);
        }

        string answer = Encoding.ASCII.GetString(buffer, 0, length);

        Assert.StartsWith("HTTP/1.1 413", answer);
        Assert.Contains("Server: Oxen Storage Server/2.8.0", answer);
        Assert.Contains("Connection: close", answer);
        Assert.EndsWith("\r\n\r\nRequest body too large", answer);
    }

    [Fact]
    public async Task Post_TenMebibytesExactly_IsRead()
    {
        NodeAnswer answer = await _client.PostAsync(_network.Nodes[0], "/storage_rpc/v1", Encoding.ASCII.GetBytes(new string('x', 10 * 1024 * 1024)));

        Assert.Equal((400, "invalid json"), (answer.Status, answer.Text));
    }

    [Fact]
    public async Task Post_ChunkedBodyOverTenMebibytes_Is413()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"https://{_network.Nodes[0]}/storage_rpc/v1")
        {
            Content = new ByteArrayContent(new byte[(10 * 1024 * 1024) + 1]),
            Headers = { TransferEncodingChunked = true },
        };
        try
        {
            Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (HttpStatusCode)(await _client.SendAsync(request)).Status);
        }
        catch (HttpRequestException exception)
        {
            // As recorded in entry 13: the node closes while the client is still sending.
            Assert.IsAssignableFrom<IOException>(exception.InnerException);
        }
    }
}
