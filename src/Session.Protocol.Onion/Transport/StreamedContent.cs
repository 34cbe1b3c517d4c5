using System.Net;

namespace Session.Protocol.Onion.Transport;

/// <summary>A body that is written when it is sent.</summary>
internal sealed class StreamedContent(StreamedTransportRequest request) : HttpContent
{
    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken) =>
        request.WriteBody(stream, cancellationToken).AsTask();

    protected override bool TryComputeLength(out long length)
    {
        length = request.Length;
        return true;
    }
}
