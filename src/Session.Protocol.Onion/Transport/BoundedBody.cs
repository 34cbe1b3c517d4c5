namespace Session.Protocol.Onion.Transport;

/// <summary>Reads an HTTP body and stops where it becomes too long.</summary>
internal static class BoundedBody
{
    private const int FirstBuffer = 4 * 1024;

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

    private static OnionException TooLong() => new(OnionFault.InvalidResponse, $"The answer is longer than {TransportResponse.MaxBodySize} bytes.");
}
