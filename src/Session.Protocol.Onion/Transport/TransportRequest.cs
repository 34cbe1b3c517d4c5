namespace Session.Protocol.Onion.Transport;

/// <summary>One HTTP POST to make.</summary>
/// <param name="Address">Absolute URL.</param>
/// <param name="Body">The bytes to send.</param>
/// <param name="ContentType">Value of the Content-Type header.</param>
/// <param name="Security">How the server proves who it is.</param>
public sealed record TransportRequest(Uri Address, ReadOnlyMemory<byte> Body, string ContentType, TransportSecurity Security);
