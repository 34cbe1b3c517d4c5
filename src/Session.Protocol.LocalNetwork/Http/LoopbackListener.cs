using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Http;
using Session.Protocol.LocalNetwork.Faults;

namespace Session.Protocol.LocalNetwork.Http;

/// <summary>One port to listen on.</summary>
/// <param name="Address">Loopback address.</param>
/// <param name="Site">What listens, for faults of connections.</param>
/// <param name="Certificate">The certificate for TLS, or null for plain HTTP.</param>
/// <param name="Handler">What answers.</param>
internal sealed record LoopbackListener(IPAddress Address, FaultSite Site, X509Certificate2? Certificate, RequestDelegate Handler);
