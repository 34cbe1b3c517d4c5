using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Session.Protocol.LocalNetwork.Tests.Transcripts;

/// <summary>The off-network server of sections 10 and 17: greets, fails under <c>/oxen/err/</c>, and keeps a third request waiting.</summary>
internal sealed class RecordedServer : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly Socket _unused = BindWithoutListening();
    private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private RecordedServer(WebApplication application) => _application = application;

    public int Port { get; private set; }

    /// <summary>A port on which nothing listens, kept from everybody else.</summary>
    public int ClosedPort => ((IPEndPoint)_unused.LocalEndPoint!).Port;

    /// <summary>What the server saw: path, content type, user agent, body.</summary>
    public List<(string Path, string? ContentType, string UserAgent, byte[] Body)> Seen { get; } = [];

    public static async Task<RecordedServer> StartAsync()
    {
        ListenOptions? listener = null;
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, options => listener = options));
        WebApplication application = builder.Build();
        var server = new RecordedServer(application);
        application.Run(server.AnswerAsync);
        await application.StartAsync();
        server.Port = listener!.IPEndPoint!.Port;
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        _end.TrySetResult();
        _unused.Dispose();
        await _application.StopAsync(new CancellationToken(canceled: true));
        await _application.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        Seen.Add((context.Request.Path, context.Request.ContentType, context.Request.Headers.UserAgent.ToString(), body.ToArray()));
        bool fails = context.Request.Path.StartsWithSegments("/oxen/err");

        // Only the request of entry 186 leaves the method out of its JSON.
        if (!Encoding.Latin1.GetString(body.ToArray()).Contains("\"method\"", StringComparison.Ordinal))
        {
            await _end.Task;
            return;
        }

        context.Response.StatusCode = fails ? 500 : 200;
        await context.Response.WriteAsync(fails ? "boom" : "server says hi");
    }

    private static Socket BindWithoutListening()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket;
    }
}
