namespace Session.Protocol.Onion.Requests;

/// <summary>Bridges between bodies in memory and bodies that are streamed.</summary>
internal static class BufferedServerCall
{
    /// <summary>A streamed request by a client that can only hold it in memory.</summary>
    public static async ValueTask<StreamedServerResponse> SendAsync(
        IOnionClient client, OnionServer server, ServerRequest request, StreamedBody? body, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (body is not null)
        {
            byte[] whole = new byte[body.Length];
            using Stream source = body.Open();
            int read = await source.ReadAtLeastAsync(whole, whole.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            if (read < whole.Length || await source.ReadAsync(new byte[1], cancellationToken).ConfigureAwait(false) > 0)
            {
                throw WrongLength(body);
            }

            request = request with { Body = whole };
        }

        return StreamedServerResponse.InMemory(await client.SendToServerAsync(server, request, cancellationToken).ConfigureAwait(false));
    }

    /// <summary>What to throw for a body that is shorter or longer than it said.</summary>
    public static ArgumentException WrongLength(StreamedBody body) => new($"The body does not have the {body.Length} bytes that it said.", nameof(body));

    /// <summary>A body in memory as one that is streamed.</summary>
    public static StreamedBody? BodyOf(ServerRequest request) => request.Body is { } body
        ? new StreamedBody(body.Length, () => new MemoryStream(body.ToArray(), writable: false))
        : null;
}
