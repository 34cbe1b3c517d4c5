using System.Runtime.InteropServices;

namespace Session.Protocol.Onion.Requests;

/// <summary>The answer of a server in v4 form whose body is not in memory (protocol/22 §6). Disposing zeroes its key.</summary>
/// <param name="code">HTTP status code.</param>
/// <param name="headers">Headers; names are lower case.</param>
/// <param name="body">The body; disposed with this.</param>
public sealed class StreamedServerResponse(int code, IReadOnlyDictionary<string, string> headers, Stream body) : IDisposable
{
    /// <summary>HTTP status code.</summary>
    public int Code { get; } = code;

    /// <summary>Headers; names are lower case.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; } = headers;

    /// <summary>The body, possibly empty; can be read and can seek. The onion layer around it was verified.</summary>
    public Stream Body { get; } = body;

    /// <summary>An answer that is in memory all the same.</summary>
    internal static StreamedServerResponse InMemory(ServerResponse response) => new(
        response.Code,
        response.Headers,
        MemoryMarshal.TryGetArray(response.Body, out ArraySegment<byte> part) && part.Array is { } array
            ? new MemoryStream(array, part.Offset, part.Count, writable: false)
            : new MemoryStream(response.Body.ToArray(), writable: false));

    /// <summary>Disposes the body.</summary>
    public void Dispose() => Body.Dispose();
}
