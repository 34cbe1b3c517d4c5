using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Session.Protocol.LocalNetwork.Faults;

namespace Session.Protocol.LocalNetwork.Http;

/// <summary>TLS of one listener: what nodes really speak, or what a fault makes of it.</summary>
internal static class NodeTls
{
    // Recorded in section 0, whatever the system would choose.
    [SuppressMessage("Security", "CA5398:Avoid hardcoded SslProtocols values", Justification = "The nodes must refuse what the real ones refuse.")]
    private const SslProtocols Spoken = SslProtocols.Tls12 | SslProtocols.Tls13;

    /// <summary>Longer than any client waits for a handshake that stalls.</summary>
    private static readonly TimeSpan StallLimit = TimeSpan.FromMinutes(10);

    public static TlsHandshakeCallbackOptions Options(LoopbackListener listener, FaultScript faults)
    {
        SslServerAuthenticationOptions honest = With(listener.Certificate!, Spoken);
        return new TlsHandshakeCallbackOptions
        {
            HandshakeTimeout = StallLimit,
            OnConnection = context => OnConnectionAsync(faults.Tls(listener.Site), honest, listener.Certificate!, context.CancellationToken),
        };
    }

    [SuppressMessage("Security", "CA5397:Do not use deprecated SslProtocols values", Justification = "The fault is that a node has nothing better.")]
    private static async ValueTask<SslServerAuthenticationOptions> OnConnectionAsync(
        TlsTrouble? trouble, SslServerAuthenticationOptions honest, X509Certificate2 certificate, CancellationToken cancellationToken)
    {
        switch (trouble)
        {
            case TlsTrouble.HandshakeStalls:
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken).ConfigureAwait(false);
                return honest;
            case TlsTrouble.ExpiredCertificate:
                return With(TestCertificates.Expired, Spoken);
            case TlsTrouble.OtherName:
                return With(TestCertificates.OtherName, Spoken);
            case TlsTrouble.OnlyTls10:
#pragma warning disable SYSLIB0039 // That is the fault.
                return With(certificate, SslProtocols.Tls);
#pragma warning restore SYSLIB0039
            default:
                return honest;
        }
    }

    private static SslServerAuthenticationOptions With(X509Certificate2 certificate, SslProtocols protocols) => new()
    {
        ServerCertificateContext = SslStreamCertificateContext.Create(certificate, additionalCertificates: null, offline: true),
        EnabledSslProtocols = protocols,
    };
}
