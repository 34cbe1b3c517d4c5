using Session.Protocol.Onion.Paths;
using Session.Protocol.Onion.Transport;

namespace Session.Protocol.Onion.Requests;

/// <summary>A request to a server whose body and answer are not held in memory: the one is encrypted as it is sent, the other waits in a stream of the caller.</summary>
/// <param name="builder">Makes the layers.</param>
/// <param name="server">Who answers.</param>
/// <param name="request">Method, endpoint and headers; its own body is not looked at.</param>
/// <param name="body">The body, or null for none.</param>
/// <param name="workspace">Takes the encrypted answer, which the result reads from.</param>
/// <param name="limit">Longest wait for an answer.</param>
internal sealed class StreamedCall(OnionRequestBuilder builder, OnionServer server, ServerRequest request, StreamedBody? body, Stream workspace, TimeSpan limit)
    : OnionCall<StreamedServerResponse>(null, RequestClass.Server)
{
    private readonly byte[] _start = V4Message.EncodeRequestStart(request, body?.Length);

    /// <summary>Length of the request before it is wrapped, in bytes.</summary>
    public long TextLength => StreamedOnionRequest.TextLength(_start, body);

    public override bool MayRepeat() => RequestClass.MayRepeat(request);

    public override async ValueTask<(TransportResponse Reply, StreamedServerResponse? Answer)> ExchangeAsync(
        OnionPath path, GuardLink guards, CancellationToken cancellationToken)
    {
        using var key = new OnionReplyKey();
        using StreamedOnionRequest streamed = builder.StreamForServer(path.AsSpan(), server, _start, body, key);
        workspace.SetLength(0);
        workspace.Position = 0;
        try
        {
            TransportResponse reply = await guards.PostStreamedAsync(path.Entrance, streamed, workspace, ContentType, limit, cancellationToken).ConfigureAwait(false);
            return (reply, reply.Status == 200 ? await StreamedReplyReader.ReadAsync(workspace, key, cancellationToken).ConfigureAwait(false) : null);
        }
        catch (OnionException) when (streamed.BodyFailure is { } failure)
        {
            failure.Throw();
            throw;
        }
    }
}
