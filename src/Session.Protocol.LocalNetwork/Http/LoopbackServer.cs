using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Security.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Session.Protocol.LocalNetwork.Http;

/// <summary>
/// One Kestrel for the whole network: a listener for each node and one for the seed, told apart by local address and port.
/// Nine servers would cost nine times the start-up.
/// </summary>
internal sealed class LoopbackServer : IAsyncDisposable
{
    /// <summary>The real server closes idle connections after 8 to 10.5 seconds (recorded in section 12).</summary>
    private static readonly TimeSpan IdleLimit = TimeSpan.FromSeconds(9);

    private readonly WebApplication _application;

    private LoopbackServer(WebApplication application, IPEndPoint[] endpoints)
    {
        _application = application;
        Endpoints = endpoints;
    }

    /// <summary>Where each handler listens, in the order in which they were given.</summary>
    public IReadOnlyList<IPEndPoint> Endpoints { get; }

    /// <summary>Starts listening on ports that the system chooses.</summary>
    /// <param name="handlers">Loopback address, whether TLS is spoken, and what answers.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    public static async Task<LoopbackServer> StartAsync(
        IReadOnlyList<(IPAddress Address, bool Tls, RequestDelegate Handler)> handlers, CancellationToken cancellationToken)
    {
        var listeners = new ListenOptions[handlers.Count];
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null; // bounded by HttpReply, which answers as the real server does
            kestrel.Limits.KeepAliveTimeout = IdleLimit;
            for (int i = 0; i < handlers.Count; i++)
            {
                int index = i;
                kestrel.Listen(handlers[i].Address, 0, listener =>
                {
                    listeners[index] = listener;
                    listener.Protocols = HttpProtocols.Http1;
                    if (handlers[index].Tls)
                    {
                        listener.UseHttps(NodeCertificate.Instance, UseNodeTls);
                    }
                });
            }
        });
        WebApplication application = builder.Build();
        var byEndpoint = new ConcurrentDictionary<IPEndPoint, RequestDelegate>();
        application.Run(context =>
        {
            var local = new IPEndPoint(context.Connection.LocalIpAddress!, context.Connection.LocalPort);
            if (byEndpoint.TryGetValue(local, out RequestDelegate? handler))
            {
                return handler(context);
            }

            context.Abort(); // found the port before the network was up
            return Task.CompletedTask;
        });
        try
        {
            await application.StartAsync(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await application.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        IPEndPoint[] endpoints = [.. listeners.Select(listener => listener.IPEndPoint!)];
        for (int i = 0; i < endpoints.Length; i++)
        {
            byEndpoint[endpoints[i]] = handlers[i].Handler;
        }

        return new LoopbackServer(application, endpoints);
    }

    // Recorded in section 0, whatever the system would choose.
    [SuppressMessage("Security", "CA5398:Avoid hardcoded SslProtocols values", Justification = "The nodes must refuse what the real ones refuse.")]
    private static void UseNodeTls(HttpsConnectionAdapterOptions https) => https.SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13;

    public async ValueTask DisposeAsync()
    {
        // No waiting for clients that keep connections open: the network is gone.
        await _application.StopAsync(new CancellationToken(canceled: true)).ConfigureAwait(false);
        await _application.DisposeAsync().ConfigureAwait(false);
    }
}
