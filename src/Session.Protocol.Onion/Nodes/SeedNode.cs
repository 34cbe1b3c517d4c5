using Session.Protocol.Onion.Transport;

namespace Session.Protocol.Onion.Nodes;

/// <summary>A server that hands out the list of service nodes by JSON-RPC (protocol/20 §2).</summary>
/// <param name="Address">Absolute URL, with or without <c>/json_rpc</c> at its end.</param>
/// <param name="CertificateSha256">
/// SHA-256 of the one certificate that is accepted, 32 bytes. Null applies the web's ordinary rules, except that any certificate is
/// accepted from this machine's own loopback address.
/// </param>
public sealed record SeedNode(Uri Address, ReadOnlyMemory<byte>? CertificateSha256 = null)
{
    private const string RpcPath = "/json_rpc";

    /// <summary>The main network's seeds with their pinned certificates, valid until April 2033.</summary>
    public static IReadOnlyList<SeedNode> Mainnet { get; } =
    [
        Pinned("https://seed1.getsession.org:4443/json_rpc", "36EA0B253537988551EE856E4FD20D55011E9C8B27EAA2F34B8F32A0BDF04F2D"),
        Pinned("https://seed2.getsession.org:4443/json_rpc", "C5908DD4139ACD96AEDD1E45576597650809C8A5EA02AF556D4853D45396E0E7"),
        Pinned("https://seed3.getsession.org:4443/json_rpc", "8A0AF2C712342F22CE00E53C1601410EF8D84156AEE0A9809C32F6F7EFBE556E"),
    ];

    /// <summary>The test network's seed. It speaks plain HTTP, so whoever sits on the way can replace the list.</summary>
    public static IReadOnlyList<SeedNode> Testnet { get; } = [new(new Uri("http://seed2.getsession.org:38157/json_rpc"))];

    internal Uri RpcAddress
    {
        get
        {
            string path = Address.AbsolutePath.TrimEnd('/');
            return new UriBuilder(Address) { Path = path.EndsWith(RpcPath, StringComparison.Ordinal) ? path : path + RpcPath }.Uri;
        }
    }

    internal TransportSecurity Security => CertificateSha256 is { } pin ? TransportSecurity.Pinned(pin)
        : Address.IsLoopback ? TransportSecurity.ServiceNode
        : TransportSecurity.Web;

    private static SeedNode Pinned(string address, string sha256) => new(new Uri(address), Convert.FromHexString(sha256));
}
