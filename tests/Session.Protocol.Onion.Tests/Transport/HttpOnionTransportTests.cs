using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Session.Protocol.Onion.Transport;

namespace Session.Protocol.Onion.Tests.Transport;

public sealed class HttpOnionTransportTests : IDisposable
{
    private readonly HttpOnionTransport _transport = new();

    public void Dispose() => _transport.Dispose();

    [Fact]
    public async Task Post_NodeWithItsOwnExpiredCertificate_IsAccepted()
    {
        await using var server = new TlsTestServer((_, _) => TlsTestServer.Ok("answer"));

        TransportResponse response = await PostAsync(server, TransportSecurity.ServiceNode);

        Assert.Equal((200, "answer", "text/plain"), (response.Status, Encoding.UTF8.GetString(response.Body.Span), response.ContentType));
    }

    [Fact]
    public async Task Post_Pinned_OnlyThatCertificateIsAccepted()
    {
        await using var server = new TlsTestServer((_, _) => TlsTestServer.Ok("answer"));
        byte[] pin = SHA256.HashData(TlsTestServer.Certificate.RawData);
        Assert.Equal(200, (await PostAsync(server, TransportSecurity.Pinned(pin))).Status);
        pin[31] ^= 1;

        Assert.Equal(OnionFault.Unreachable, (await FailAsync(server, TransportSecurity.Pinned(pin))).Fault);
        Assert.Equal(OnionFault.Unreachable, (await FailAsync(server, TransportSecurity.Pinned(Array.Empty<byte>()))).Fault);
        Assert.Equal(OnionFault.Unreachable, (await FailAsync(server, TransportSecurity.Web)).Fault);
        Assert.Equal(1, server.Requests);
    }

    [Fact]
    public async Task Post_Request_CarriesNothingThatIdentifies()
    {
        string seen = string.Empty;
        await using var server = new TlsTestServer((_, request) =>
        {
            seen = request;
            return TlsTestServer.Ok("x", "Set-Cookie: a=b\r\n");
        });
        using var activity = new System.Diagnostics.Activity("test").Start();

        await PostAsync(server, TransportSecurity.ServiceNode);
        await PostAsync(server, TransportSecurity.ServiceNode);

        string[] names = [.. seen.Split("\r\n\r\n")[0].Split("\r\n").Skip(1).Select(line => line.Split(':')[0]).Order(StringComparer.Ordinal)];
        Assert.Equal(["Content-Length", "Content-Type", "Host"], names);
        Assert.StartsWith("POST /onion_req/v2 HTTP/1.1\r\n", seen, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Post_ConnectionResetTheMomentItIsMade_IsAnOnionExceptionWhenever()
    {
        // When the reset is seen depends on the machine, so there are many: before TLS, in it, or while the framework looks up the far end.
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start(backlog: 512);
        using var ends = new CancellationTokenSource();
        Task resetting = Task.Run(async () =>
        {
            while (!ends.IsCancellationRequested)
            {
                using Socket connection = await listener.AcceptSocketAsync(ends.Token);
                connection.LingerState = new LingerOption(enable: true, seconds: 0);
            }
        });
        var address = new Uri($"https://{listener.LocalEndpoint}/");
        var request = new TransportRequest(address, new byte[] { 1 }, "text/plain", TransportSecurity.ServiceNode);

        OnionException[] failures = await Task.WhenAll(Enumerable.Range(0, 500).Select(_ =>
            Assert.ThrowsAsync<OnionException>(async () => await _transport.PostAsync(request))));

        Assert.All(failures, failure => Assert.True(failure.IsTransient));
        await ends.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => resetting);
    }

    [Fact]
    public async Task Post_ManyInARow_ShareOneConnection()
    {
        await using var server = new TlsTestServer((_, _) => TlsTestServer.Ok("x"));
        for (int i = 0; i < 10; i++)
        {
            await PostAsync(server, TransportSecurity.ServiceNode);
        }

        Assert.Equal(1, server.Connections);
    }

    [Fact]
    public async Task Post_KeptConnectionClosedUnderTheRequest_IsRepeatedOnce()
    {
        await using var server = new TlsTestServer((number, _) => number == 2 ? new TlsTestServer.Reply(string.Empty, Close: true) : TlsTestServer.Ok("x"));
        await PostAsync(server, TransportSecurity.ServiceNode);

        TransportResponse response = await PostAsync(server, TransportSecurity.ServiceNode);

        Assert.Equal((200, 3, 2), (response.Status, server.Requests, server.Connections));
    }

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort")]
    public async Task Post_FreshConnectionBreaks_IsNotRepeated(string sent)
    {
        await using var server = new TlsTestServer((_, _) => new TlsTestServer.Reply(sent, Close: true));

        Assert.Equal(OnionFault.ConnectionLost, (await FailAsync(server, TransportSecurity.ServiceNode)).Fault);
        Assert.Equal(1, server.Requests);
    }

    [Theory]
    [InlineData("not http\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 16777217\r\n\r\n")]
    public async Task Post_AnswerThatIsNoHttpOrTooLong_IsInvalid(string sent)
    {
        await using var server = new TlsTestServer((_, _) => new TlsTestServer.Reply(sent));

        Assert.Equal(OnionFault.InvalidResponse, (await FailAsync(server, TransportSecurity.ServiceNode)).Fault);
    }

    [Fact]
    public async Task Post_EndlessChunks_StopsAtTheLimit()
    {
        string chunk = "100000\r\n" + new string('x', 0x100000) + "\r\n";
        string endless = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + string.Concat(Enumerable.Repeat(chunk, 17));
        await using var server = new TlsTestServer((_, _) => new TlsTestServer.Reply(endless));

        Assert.Equal(OnionFault.InvalidResponse, (await FailAsync(server, TransportSecurity.ServiceNode)).Fault);
    }

    [Fact]
    public async Task Post_Redirect_IsNotFollowed()
    {
        await using var server = new TlsTestServer((_, _) => new TlsTestServer.Reply("HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n"));

        Assert.Equal(302, (await PostAsync(server, TransportSecurity.ServiceNode)).Status);
        Assert.Equal(1, server.Requests);
    }

    [Fact]
    public async Task Post_NobodyListens_IsUnreachable()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        var request = new TransportRequest(new Uri($"https://127.0.0.1:{port}/"), default, "text/plain", TransportSecurity.ServiceNode);

        Assert.Equal(OnionFault.Unreachable, (await Assert.ThrowsAsync<OnionException>(async () => await _transport.PostAsync(request))).Fault);
    }

    private async Task<TransportResponse> PostAsync(TlsTestServer server, TransportSecurity security) =>
        await _transport.PostAsync(new TransportRequest(server.Address, "body"u8.ToArray(), "application/octet-stream", security));

    private Task<OnionException> FailAsync(TlsTestServer server, TransportSecurity security) => Assert.ThrowsAsync<OnionException>(() => PostAsync(server, security));
}
