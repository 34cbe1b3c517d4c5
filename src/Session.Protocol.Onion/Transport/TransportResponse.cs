namespace Session.Protocol.Onion.Transport;

/// <summary>The answer to a POST.</summary>
/// <param name="Status">HTTP status code.</param>
/// <param name="Body">The whole body, at most <see cref="MaxBodySize"/> bytes.</param>
/// <param name="ContentType">Media type without parameters, or an empty string.</param>
public sealed record TransportResponse(int Status, ReadOnlyMemory<byte> Body, string ContentType)
{
    /// <summary>Largest body that is read: the node's own limit of 10 MiB, in base64 and with its frame.</summary>
    public const int MaxBodySize = 16 * 1024 * 1024;
}
