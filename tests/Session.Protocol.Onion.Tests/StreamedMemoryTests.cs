using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using Session.Protocol.Cryptography;
using Session.Protocol.Onion.Requests;
using Session.Protocol.Onion.Tests.Transport;
using Session.Protocol.Onion.Transport;

namespace Session.Protocol.Onion.Tests;

/// <summary>Counts what the whole process allocates, so it runs while no other test does.</summary>
[CollectionDefinition(nameof(StreamedMemoryTests), DisableParallelization = true)]
[Collection(nameof(StreamedMemoryTests))]
public class StreamedMemoryTests
{
    private const int Size = 10_000_000;

    /// <summary>For a request and its answer together: buffers of 64 KiB, TLS.</summary>
    private const int Limit = 1_000_000;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task PostAndAnswer_TenMegabytesEachWay_TakeConstantMemory()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        TestNode[] nodes = TestNode.Many(3);
        TestNode destination = new(99);
        var server = new OnionServer(new Uri("http://files.example:8080"), destination.Node.EncryptionKey);
        var head = new ServerRequest("POST", "/file", new Dictionary<string, string>());
        var body = new StreamedBody(Size, () => new Zeros(Size));
        using var key = new OnionReplyKey();
        using StreamedOnionRequest request = new OnionRequestBuilder(RandomSource.System).StreamForServer(
            [.. nodes.Select(x => x.Node)], server, V4Message.EncodeRequestStart(head, Size), body, key);
        byte[] reply = key.Seal(V4Message.EncodeResponse(new ServerResponse(200, new Dictionary<string, string>(), new byte[Size])), RandomSource.System);
        Task serving = ServeAsync(listener, request.Length, reply);
        using var transport = new HttpOnionTransport();
        var address = new Uri($"https://{listener.LocalEndpoint}/");

        await ExchangeAsync(transport, address, request, key); // pools, code and the connection are warm afterwards
        long least = long.MaxValue;
        for (int i = 0; i < 3; i++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            await ExchangeAsync(transport, address, request, key);
            least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
        }

        transport.Dispose();
        await serving;
        Assert.True(least < Limit, $"{least} bytes for {Size} up and {Size} down");
    }

    private static async Task ExchangeAsync(HttpOnionTransport transport, Uri address, StreamedOnionRequest request, OnionReplyKey key)
    {
        await using var spool = new FileStream(
            Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()), new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Options = FileOptions.DeleteOnClose, BufferSize = 0 });
        var post = new StreamedTransportRequest(address, request.Length, request.WriteAsync, spool, "application/octet-stream", TransportSecurity.ServiceNode);
        Assert.Equal(200, (await transport.PostStreamedAsync(post, Cancellation)).Status);
        using StreamedServerResponse? response = await StreamedReplyReader.ReadAsync(spool, key, Cancellation);
        Assert.Equal(Size, response?.Body.Length);
        await response!.Body.CopyToAsync(Stream.Null, 64 * 1024, Cancellation);
    }

    // Takes bodies of one size and answers each with the same bytes, out of one buffer.
    private static async Task ServeAsync(TcpListener listener, long bodySize, byte[] reply)
    {
        using TcpClient client = await listener.AcceptTcpClientAsync(Cancellation);
        await using var tls = new SslStream(client.GetStream());
        await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = TlsTestServer.Certificate }, Cancellation);
        byte[] buffer = new byte[64 * 1024];
        byte[] head = Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {reply.Length}\r\n\r\n");
        while (true)
        {
            int filled = 0, end;
            while ((end = buffer.AsSpan(0, filled).IndexOf("\r\n\r\n"u8)) < 0)
            {
                int read = await tls.ReadAsync(buffer.AsMemory(filled), Cancellation);
                if (read == 0)
                {
                    return;
                }

                filled += read;
            }

            for (long left = bodySize - (filled - end - 4); left > 0;)
            {
                left -= await tls.ReadAsync(buffer, Cancellation);
            }

            await tls.WriteAsync(head, Cancellation);
            await tls.WriteAsync(reply, Cancellation);
        }
    }

    private sealed class Zeros(int size) : MemoryStream
    {
        private int _left = size;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            int read = Math.Min(_left, buffer.Length);
            buffer.Span[..read].Clear();
            _left -= read;
            return ValueTask.FromResult(read);
        }
    }
}
