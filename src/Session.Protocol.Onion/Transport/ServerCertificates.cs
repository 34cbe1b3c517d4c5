using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using System.Security.Cryptography;

namespace Session.Protocol.Onion.Transport;

/// <summary>The two rules for server certificates that the web's own rules do not cover.</summary>
internal static class ServerCertificates
{
    /// <summary>For service nodes only: their certificates identify nothing (protocol/20 §1), the onion layer inside does.</summary>
    [SuppressMessage("Security", "CA5359:Do Not Disable Certificate Validation", Justification = "Nodes make their own certificates; their identity is the X25519 key that the request is encrypted to.")]
    public static RemoteCertificateValidationCallback AcceptAny { get; } = static (_, _, _, _) => true;

    /// <summary>The certificate whose DER form has this SHA-256, whatever its chain and name say.</summary>
    public static RemoteCertificateValidationCallback AcceptPinned(ReadOnlyMemory<byte> sha256) => (_, certificate, _, _) =>
        certificate is not null && CryptographicOperations.FixedTimeEquals(SHA256.HashData(certificate.GetRawCertData()), sha256.Span);
}
