using Session.Protocol.Cryptography;

namespace Session.Protocol.Tests;

/// <summary>Repeatable bytes for one seed. Not for keys that protect anything.</summary>
internal sealed class SeededRandomSource(int seed) : IRandomSource
{
    private readonly Random _random = new(seed);

    public void Fill(Span<byte> destination) => _random.NextBytes(destination);

    public int Next(int below) => _random.Next(below);

    /// <summary>True in <paramref name="percent"/> of the calls.</summary>
    public bool Chance(int percent) => _random.Next(100) < percent;
}
