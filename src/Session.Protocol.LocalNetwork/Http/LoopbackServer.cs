using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Session.Protocol.LocalNetwork.Faults;

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
    /// <param name="listeners">What listens where.</param>
    /// <param name="faults">What goes wrong with connections.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    public static async Task<LoopbackServer> StartAsync(
        IReadOnlyList<LoopbackListener> listeners, FaultScript faults, CancellationToken cancellationToken)
    {
        var bound = new ListenOptions[listeners.Count];
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null; // bounded by HttpReply, which answers as the real server does
            kestrel.Limits.KeepAliveTimeout = IdleLimit;
            for (int i = 0; i < listeners.Count; i++)
            {
                int index = i;
                kestrel.Listen(listeners[i].Address, 0, options =>
                {
                    bound[index] = options;
                    Configure(options, listeners[index], faults);
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

        IPEndPoint[] endpoints = [.. bound.Select(options => options.IPEndPoint!)];
        for (int i = 0; i < endpoints.Length; i++)
        {
            byEndpoint[endpoints[i]] = listeners[i].Handler;
        }

        return new LoopbackServer(application, endpoints);
    }

    public async ValueTask DisposeAsync()
    {
        // No waiting for clients that keep connections open: the network is gone.
        await _application.StopAsync(new CancellationToken(canceled: true)).ConfigureAwait(false);
        await _application.DisposeAsync().ConfigureAwait(false);
    }

    private static void Configure(ListenOptions options, LoopbackListener listener, FaultScript faults)
    {
        options.Protocols = HttpProtocols.Http1;
        options.Use(next => connection =>
        {
            if (!faults.RefusesConnection(listener.Site))
            {
                return next(connection);
            }

            connection.Abort();
            return Task.CompletedTask;
        });
        if (listener.Certificate is not null)
        {
            options.UseHttps(NodeTls.Options(listener, faults));
        }
    }
}
