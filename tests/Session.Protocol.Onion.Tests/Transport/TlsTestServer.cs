using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Session.Protocol.Onion.Tests.Transport;

/// <summary>
/// A TLS server on 127.0.0.1 that reads one request after another and lets a script decide what follows: bytes to send, and
/// whether to close. The certificate is like a node's.
/// </summary>
internal sealed class TlsTestServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Func<int, string, Reply> _script;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;
    private int _requests;
    private int _connections;

    /// <param name="script">From the request's number (from 1) and its text to the reply.</param>
    public TlsTestServer(Func<int, string, Reply> script)
    {
        _script = script;
        _listener.Start();
        Address = new Uri($"https://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/onion_req/v2");
        _loop = AcceptAsync();
    }

    /// <summary>Expired, self-signed, for another name.</summary>
    public static X509Certificate2 Certificate { get; } = MakeCertificate();

    public Uri Address { get; }

    public int Connections => _connections;

    public int Requests => _requests;

    public static Reply Ok(string body, string more = "") =>
        new($"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n{more}\r\n{body}");

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        _listener.Stop();
        _stop.Dispose();
    }

    private static X509Certificate2 MakeCertificate()
    {
        using var rsa = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost, O=Oxen, C=AU", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using X509Certificate2 made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddYears(-2), DateTimeOffset.UtcNow.AddYears(-1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
            {
                TcpClient client = await _listener.AcceptTcpClientAsync(_stop.Token);
                connections.Add(ServeAsync(client));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                Interlocked.Increment(ref _connections);
                await using var tls = new SslStream(client.GetStream());
                await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = Certificate }, _stop.Token);
                while (await ReadRequestAsync(tls) is { } request)
                {
                    Reply reply = _script(Interlocked.Increment(ref _requests), request);
                    await tls.WriteAsync(Encoding.UTF8.GetBytes(reply.Text), _stop.Token);
                    if (reply.Close)
                    {
                        return;
                    }
                }
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or System.Security.Authentication.AuthenticationException)
            {
                // The client went away, or the test is over.
            }
        }
    }

    private async Task<string?> ReadRequestAsync(SslStream stream)
    {
        var text = new StringBuilder();
        byte[] buffer = new byte[4096];
        while (true)
        {
            int read = await stream.ReadAsync(buffer, _stop.Token);
            if (read == 0)
            {
                return null;
            }

            text.Append(Encoding.Latin1.GetString(buffer, 0, read));
            string[] parts = text.ToString().Split("\r\n\r\n", 2);
            if (parts.Length == 2)
            {
                string length = parts[0].Split("\r\n").First(line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase))[15..];
                if (parts[1].Length >= int.Parse(length, System.Globalization.CultureInfo.InvariantCulture))
                {
                    return text.ToString();
                }
            }
        }
    }

    internal sealed record Reply(string Text, bool Close = false);
}
