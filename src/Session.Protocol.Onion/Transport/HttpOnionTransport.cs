using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Net.Sockets;

namespace Session.Protocol.Onion.Transport;

/// <summary>
/// HTTP/1.1 with kept connections, as nodes speak it. Sends nothing that could tell one program from another: no cookies, no
/// User-Agent, no tracing headers; follows no redirects. Safe for concurrent use.
/// </summary>
internal sealed class HttpOnionTransport : IOnionTransport, IDisposable
{
    /// <summary>
    /// Connections to one node. Without a bound, a thousand accounts that begin to poll open as many, each with a handshake and some 50 KB; with it they wait
    /// a few milliseconds for each other.
    /// </summary>
    private const int MaxConnectionsPerServer = 16;

    private static readonly HttpRequestOptionsKey<bool> NewConnection = new("Session.Protocol.NewConnection");

    private readonly HttpTransportOptions _options;
    private readonly TimeProvider _time;
    private readonly HttpMessageInvoker _nodes;
    private readonly HttpMessageInvoker _web;

    // One per pin: a connection is verified when it is made, so connections of different rules must not mix. Pins come from
    // configuration, never from a peer, so this does not grow.
    private readonly ConcurrentDictionary<string, Lazy<HttpMessageInvoker>> _pinned = new(StringComparer.Ordinal);

    /// <summary>Makes a transport; connections are made when needed.</summary>
    /// <param name="options">How to connect; null for the default.</param>
    /// <param name="time">Clock of the timeouts; null for the system's.</param>
    /// <exception cref="ArgumentOutOfRangeException">A time is not positive.</exception>
    public HttpOnionTransport(HttpTransportOptions? options = null, TimeProvider? time = null)
    {
        _options = options ?? HttpTransportOptions.Default;
        _options.Validate();
        _time = time ?? TimeProvider.System;
        _nodes = CreateInvoker(ServerCertificates.AcceptAny);
        _web = CreateInvoker(null);
    }

    /// <inheritdoc/>
    public async ValueTask<TransportResponse> PostAsync(TransportRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        using var deadline = new Deadline(_options.Timeout, _time, cancellationToken);
        try
        {
            using HttpResponseMessage response = await SendAsync(
                request.Address, request.ContentType, request.Security, request, static x => new ReadOnlyMemoryContent(x.Body), deadline.Token).ConfigureAwait(false);
            return await ReadAsync(response, deadline.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (IsOfNetwork(e, cancellationToken))
        {
            throw Translate(e, deadline.Token);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<TransportResponse> PostStreamedAsync(StreamedTransportRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        using var deadline = new Deadline(_options.Timeout, _time, cancellationToken);

        // Trouble with the place of the answer is the caller's, not the network's.
        bool isStoring = false;
        try
        {
            using HttpResponseMessage response = await SendAsync(
                request.Address, request.ContentType, request.Security, request, static x => new StreamedContent(x), deadline.Token).ConfigureAwait(false);
            if (response.StatusCode != HttpStatusCode.OK)
            {
                return await ReadAsync(response, deadline.Token).ConfigureAwait(false);
            }

            await BoundedBody.CopyAsync(response.Content, StoreAsync, deadline.Token).ConfigureAwait(false);
            return new TransportResponse((int)response.StatusCode, default, MediaType(response.Content));
        }
        catch (Exception e) when (!isStoring && IsOfNetwork(e, cancellationToken))
        {
            throw Translate(e, deadline.Token);
        }

        async ValueTask StoreAsync(ReadOnlyMemory<byte> piece, CancellationToken token)
        {
            isStoring = true;
            await request.Answer.WriteAsync(piece, token).ConfigureAwait(false);
            isStoring = false;
        }
    }

    /// <summary>Closes all connections. Requests under way fail.</summary>
    public void Dispose()
    {
        _nodes.Dispose();
        _web.Dispose();
        foreach (Lazy<HttpMessageInvoker> pinned in _pinned.Values)
        {
            pinned.Value.Dispose();
        }
    }

    private static async ValueTask<TransportResponse> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        byte[] body = await BoundedBody.ReadAsync(response.Content, cancellationToken).ConfigureAwait(false);
        return new TransportResponse((int)response.StatusCode, body, MediaType(response.Content));
    }

    // A server closes kept connections when it likes. If that crosses a request on its way, the request was not read: once more on
    // another connection. On a connection made for this very request it is an error like any other.
    private async ValueTask<HttpResponseMessage> SendAsync<T>(
        Uri address, string contentType, TransportSecurity security, T request, Func<T, HttpContent> makeContent, CancellationToken cancellationToken)
    {
        HttpMessageInvoker invoker = InvokerFor(security);
        using HttpRequestMessage first = CreateMessage(address, contentType, makeContent(request));
        try
        {
            return await invoker.SendAsync(first, cancellationToken).ConfigureAwait(false);
        }
        catch (HttpRequestException e) when (BrokeBeforeAnswer(e) && !first.Options.TryGetValue(NewConnection, out _))
        {
            using HttpRequestMessage second = CreateMessage(address, contentType, makeContent(request));
            return await invoker.SendAsync(second, cancellationToken).ConfigureAwait(false);
        }
    }

    private static bool BrokeBeforeAnswer(HttpRequestException e) =>
        e.HttpRequestError == HttpRequestError.ResponseEnded || e is { HttpRequestError: HttpRequestError.Unknown, InnerException: IOException };

    private static HttpRequestMessage CreateMessage(Uri address, string contentType, HttpContent content)
    {
        _ = content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        return new HttpRequestMessage(HttpMethod.Post, address)
        {
            Content = content,
            Version = HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
    }

    // The framework's own reading makes objects for it that nobody needs.
    private static string MediaType(HttpContent content)
    {
        string value = content.Headers.NonValidated.TryGetValues("Content-Type", out HeaderStringValues values) ? values.ToString() : string.Empty;
        int parameters = value.IndexOf(';', StringComparison.Ordinal);
        return parameters < 0 ? value : value[..parameters].TrimEnd();
    }

    private static bool IsOfNetwork(Exception e, CancellationToken caller) =>
        e is HttpRequestException or SocketException or IOException || (e is OperationCanceledException && !caller.IsCancellationRequested);

    private static OnionException Translate(Exception e, CancellationToken deadline) => e switch
    {
        HttpRequestException http => Translate(http),

        // The handler's own limit for connecting ends in the same exception as ours, with a TimeoutException inside.
        OperationCanceledException when deadline.IsCancellationRequested => new OnionException(OnionFault.TimedOut, "The server did not answer in time.", e),
        OperationCanceledException => new OnionException(OnionFault.Unreachable, "The server could not be connected in time.", e),

        // A connection that is reset the moment it is made: the framework looks up the far end and lets this out as it is.
        SocketException => new OnionException(OnionFault.Unreachable, "The server could not be connected.", e),
        _ => new OnionException(OnionFault.ConnectionLost, "The connection broke while the answer was read.", e),
    };

    private static OnionException Translate(HttpRequestException e) => e.HttpRequestError switch
    {
        HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError =>
            new OnionException(OnionFault.Unreachable, "The server could not be connected.", e),
        HttpRequestError.InvalidResponse or HttpRequestError.HttpProtocolError or HttpRequestError.ConfigurationLimitExceeded =>
            new OnionException(OnionFault.InvalidResponse, "The server's answer is not readable as HTTP.", e),
        _ => new OnionException(OnionFault.ConnectionLost, "The connection broke before the answer.", e),
    };

    private HttpMessageInvoker InvokerFor(TransportSecurity security) => security switch
    {
        TransportSecurity.ServiceNodeSecurity => _nodes,
        TransportSecurity.PinnedSecurity pinned => _pinned.GetOrAdd(
            Convert.ToHexString(pinned.Sha256.Span), _ => new Lazy<HttpMessageInvoker>(() => CreateInvoker(ServerCertificates.AcceptPinned(pinned.Sha256)))).Value,
        _ => _web,
    };

    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "The invoker disposes the handler.")]
    private HttpMessageInvoker CreateInvoker(RemoteCertificateValidationCallback? validate) => new(
        new SocketsHttpHandler
        {
            UseCookies = false,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null,
            MeterFactory = SilentMeterFactory.Instance,
            UseProxy = _options.Proxy is not null,
            Proxy = _options.Proxy,
            ConnectTimeout = _options.ConnectTimeout,
            MaxConnectionsPerServer = MaxConnectionsPerServer,
            PooledConnectionIdleTimeout = _options.IdleTimeout,
            ConnectCallback = ConnectAsync,
            SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = validate },
        },
        disposeHandler: true);

    [SuppressMessage("Reliability", "CA2000:Dispose objects before losing scope", Justification = "The stream owns the socket.")]
    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        context.InitialRequestMessage.Options.Set(NewConnection, true);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(context.DnsEndPoint, cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
