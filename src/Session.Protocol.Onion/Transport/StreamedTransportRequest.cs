namespace Session.Protocol.Onion.Transport;

/// <summary>One HTTP POST whose body and answer are too long for memory.</summary>
/// <param name="Address">Absolute URL.</param>
/// <param name="Length">Length of the body in bytes.</param>
/// <param name="WriteBody">Writes exactly <paramref name="Length"/> bytes, always the same ones; may be called more than once.</param>
/// <param name="Answer">Receives the body of an answer with status 200. Neither flushed nor disposed.</param>
/// <param name="ContentType">Value of the Content-Type header.</param>
/// <param name="Security">How the server proves who it is.</param>
public sealed record StreamedTransportRequest(
    Uri Address, long Length, Func<Stream, CancellationToken, ValueTask> WriteBody, Stream Answer, string ContentType, TransportSecurity Security);
