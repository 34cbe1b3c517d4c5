namespace Session.Protocol.Cryptography;

/// <summary>The operating system's cryptographic random numbers, through libsodium. Safe for concurrent use.</summary>
public sealed class RandomSource : IRandomSource
{
    private RandomSource()
    {
    }

    /// <summary>The one instance.</summary>
    public static RandomSource System { get; } = new();

    /// <inheritdoc/>
    public void Fill(Span<byte> destination)
    {
        if (!destination.IsEmpty)
        {
            SodiumNative.randombytes_buf(destination, (nuint)destination.Length);
        }
    }
}
