using Session.Protocol.Cryptography;

namespace Session.Protocol.Onion.Tests;

/// <summary>The same bytes for the same seed.</summary>
internal sealed class SeededRandomSource(int seed) : IRandomSource
{
    private readonly Random _random = new(seed);
    private readonly Lock _lock = new();

    public void Fill(Span<byte> destination)
    {
        lock (_lock)
        {
            _random.NextBytes(destination);
        }
    }
}
