using System.Text;
using Session.Protocol.Onion.Transport;

namespace Session.Protocol.Onion.Tests.Transport;

public sealed class StreamedPostTests : IDisposable
{
    private readonly HttpOnionTransport _transport = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _transport.Dispose();

    [Fact]
    public async Task Post_BodyIsWritten_AnswerGoesWhereItShould()
    {
        string seen = string.Empty;
        await using var server = new TlsTestServer((_, request) =>
        {
            seen = request;
            return TlsTestServer.Ok("answer");
        });
        using var answer = new MemoryStream();
        TransportResponse response = await PostAsync(server, "hello", answer);

        Assert.EndsWith("\r\n\r\nhello", seen, StringComparison.Ordinal);
        Assert.Contains("Content-Length: 5\r\n", seen, StringComparison.Ordinal);
        Assert.DoesNotContain("Transfer-Encoding", seen, StringComparison.Ordinal);
        Assert.Equal((200, 0, "text/plain", "answer"), (response.Status, response.Body.Length, response.ContentType, Encoding.UTF8.GetString(answer.ToArray())));
    }

    [Fact]
    public async Task Post_Refused_GivesTheBodyAndLeavesTheAnswerAlone()
    {
        await using var server = new TlsTestServer((_, _) => new TlsTestServer.Reply("HTTP/1.1 503 No\r\nContent-Length: 4\r\n\r\nbusy"));
        using var answer = new MemoryStream();
        TransportResponse response = await PostAsync(server, "hello", answer);
        Assert.Equal((503, "busy", 0L), (response.Status, Encoding.UTF8.GetString(response.Body.Span), answer.Length));
    }

    [Fact]
    public async Task Post_KeptConnectionClosedUnderTheRequest_IsWrittenAgain()
    {
        await using var server = new TlsTestServer((number, _) => number == 2 ? new TlsTestServer.Reply(string.Empty, Close: true) : TlsTestServer.Ok("x"));
        using var answer = new MemoryStream();
        await PostAsync(server, "one", answer);
        await PostAsync(server, "two", answer);
        Assert.Equal((3, "xx"), (server.Requests, Encoding.UTF8.GetString(answer.ToArray())));
    }

    [Theory]
    [InlineData("", OnionFault.ConnectionLost)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort", OnionFault.ConnectionLost)]
    [InlineData("not http\r\n\r\n", OnionFault.InvalidResponse)]
    public async Task Post_NetworkBreaks_IsAnOnionException(string sent, OnionFault fault)
    {
        await using var server = new TlsTestServer((_, _) => new TlsTestServer.Reply(sent, Close: true));
        Assert.Equal(fault, (await Assert.ThrowsAsync<OnionException>(async () => await PostAsync(server, "x", new MemoryStream()))).Fault);
    }

    [Fact]
    public async Task Post_EndlessChunks_StopsAtTheLimit()
    {
        string chunk = "100000\r\n" + new string('x', 0x100000) + "\r\n";
        string endless = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + string.Concat(Enumerable.Repeat(chunk, 17));
        await using var server = new TlsTestServer((_, _) => new TlsTestServer.Reply(endless));
        using var answer = new MemoryStream();
        Assert.Equal(OnionFault.InvalidResponse, (await Assert.ThrowsAsync<OnionException>(async () => await PostAsync(server, "x", answer))).Fault);
        Assert.True(answer.Length <= TransportResponse.MaxBodySize);
    }

    [Fact]
    public async Task Post_AnswerHasNoPlace_IsNotTheNetworksFault()
    {
        await using var server = new TlsTestServer((_, _) => TlsTestServer.Ok("answer"));
        await Assert.ThrowsAsync<IOException>(async () => await PostAsync(server, "x", new FullDisk()));
    }

    [Fact]
    public async Task Post_ByATransportWithoutStreams_DoesTheSameInMemory()
    {
        await using var server = new TlsTestServer((number, request) => number == 1 && request.EndsWith("\r\n\r\nhello", StringComparison.Ordinal)
            ? TlsTestServer.Ok("answer")
            : new TlsTestServer.Reply("HTTP/1.1 503 No\r\nContent-Length: 4\r\n\r\nbusy"));
        IOnionTransport simple = new Simple(_transport);
        using var answer = new MemoryStream();
        TransportResponse response = await simple.PostStreamedAsync(Request(server, "hello", answer), Cancellation);
        Assert.Equal((200, 0, "answer"), (response.Status, response.Body.Length, Encoding.UTF8.GetString(answer.ToArray())));
        response = await simple.PostStreamedAsync(Request(server, "hello", answer), Cancellation);
        Assert.Equal((503, "busy", 6L), (response.Status, Encoding.UTF8.GetString(response.Body.Span), answer.Length));
    }

    private static StreamedTransportRequest Request(TlsTestServer server, string body, Stream answer) => new(
        server.Address, body.Length, (output, token) => output.WriteAsync(Encoding.ASCII.GetBytes(body), token), answer, "text/plain", TransportSecurity.ServiceNode);

    private ValueTask<TransportResponse> PostAsync(TlsTestServer server, string body, Stream answer) =>
        _transport.PostStreamedAsync(Request(server, body, answer), Cancellation);

    private sealed class Simple(IOnionTransport inner) : IOnionTransport
    {
        public ValueTask<TransportResponse> PostAsync(TransportRequest request, CancellationToken cancellationToken = default) => inner.PostAsync(request, cancellationToken);
    }

    private sealed class FullDisk : MemoryStream
    {
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => throw new IOException("No space left on device");
    }
}
