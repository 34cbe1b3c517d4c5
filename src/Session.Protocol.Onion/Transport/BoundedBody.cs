using System.Buffers;

namespace Session.Protocol.Onion.Transport;

/// <summary>Reads an HTTP body and stops where it becomes too long.</summary>
internal static class BoundedBody
{
    private const int FirstBuffer = 4 * 1024;
    private const int CopyBuffer = 64 * 1024;

    public static async ValueTask<byte[]> ReadAsync(HttpContent content, CancellationToken cancellationToken)
    {
        long? announced = content.Headers.ContentLength;
        if (announced > TransportResponse.MaxBodySize)
        {
            throw TooLong();
        }

        Stream stream = await content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            byte[] buffer = new byte[announced ?? FirstBuffer];
            int length = 0;
            while (true)
            {
                if (length == buffer.Length)
                {
                    if (length == announced)
                    {
                        return buffer;
                    }

                    if (length > TransportResponse.MaxBodySize)
                    {
                        throw TooLong();
                    }

                    Array.Resize(ref buffer, Math.Min(2 * length, TransportResponse.MaxBodySize + 1));
                }

                int read = await stream.ReadAsync(buffer.AsMemory(length), cancellationToken).ConfigureAwait(false);
                if (read == 0)
                {
                    Array.Resize(ref buffer, length);
                    return buffer;
                }

                length += read;
            }
        }
    }

    /// <summary>Hands on what comes, piece by piece.</summary>
    public static async ValueTask CopyAsync(
        HttpContent content, Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> store, CancellationToken cancellationToken)
    {
        Stream stream = await content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            byte[] buffer = ArrayPool<byte>.Shared.Rent(CopyBuffer);
            try
            {
                long length = 0;
                while (await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is > 0 and var read)
                {
                    length += read;
                    if (length > TransportResponse.MaxBodySize)
                    {
                        throw TooLong();
                    }

                    await store(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
                }
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }

    private static OnionException TooLong() => new(OnionFault.InvalidResponse, $"The answer is longer than {TransportResponse.MaxBodySize} bytes.");
}
