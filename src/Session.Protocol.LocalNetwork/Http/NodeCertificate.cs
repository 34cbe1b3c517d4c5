using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Session.Protocol.LocalNetwork.Http;

/// <summary>
/// The TLS certificate of the nodes: self-signed RSA-2048, <c>CN=localhost, O=Oxen, C=AU</c> (protocol/20 §1). One for the whole
/// process: making an RSA key takes longer than starting nine nodes, and a node's certificate identifies nothing, so clients
/// must not look at it.
/// </summary>
internal static class NodeCertificate
{
    private const int ValidDays = 10_000;

    private static readonly Lazy<X509Certificate2> Shared = new(Create);

    public static X509Certificate2 Instance => Shared.Value;

    private static X509Certificate2 Create()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost, O=Oxen, C=AU", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);

        // The certificate's dates follow the machine's clock, not the network's: TLS stacks compare them with the machine's.
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        using X509Certificate2 certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(ValidDays));

        // A round trip through PKCS#12 gives a key that Windows' TLS can use.
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), password: null);
    }
}
