using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Session.Protocol.LocalNetwork.Http;

/// <summary>
/// The TLS certificates of nodes and seeds: self-signed RSA-2048 (protocol/20 §1, §2.1). One of each for the whole process: making an
/// RSA key takes longer than starting nine nodes, and a node's certificate identifies nothing, so clients must not look at it.
/// </summary>
internal static class TestCertificates
{
    private const int ValidDays = 10_000;
    private const string NodeName = "CN=localhost, O=Oxen, C=AU";

    private static readonly Lazy<X509Certificate2> NodeCertificate = new(() => Create(NodeName, ValidDays));
    private static readonly Lazy<X509Certificate2> SeedCertificate = new(() => Create("CN=seed.localhost, O=Local Network, C=AU", ValidDays));
    private static readonly Lazy<X509Certificate2> ExpiredCertificate = new(() => Create(NodeName, -1));
    private static readonly Lazy<X509Certificate2> OtherNameCertificate = new(() => Create("CN=somewhere.example", ValidDays));

    /// <summary><c>CN=localhost, O=Oxen, C=AU</c>.</summary>
    public static X509Certificate2 Node => NodeCertificate.Value;

    public static X509Certificate2 Seed => SeedCertificate.Value;

    /// <summary>As a node's, but its time is over.</summary>
    public static X509Certificate2 Expired => ExpiredCertificate.Value;

    public static X509Certificate2 OtherName => OtherNameCertificate.Value;

    private static X509Certificate2 Create(string name, int validDays)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);

        // The certificate's dates follow the machine's clock, not the network's: TLS stacks compare them with the machine's.
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        using X509Certificate2 certificate = request.CreateSelfSigned(now.AddDays(-2), now.AddDays(validDays));

        // A round trip through PKCS#12 gives a key that Windows' TLS can use.
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pkcs12), password: null);
    }
}
