using Session.Protocol.Cryptography;

namespace Session.Protocol.Tests;

/// <summary>Gives out prepared bytes in order and fails when more is asked for.</summary>
internal sealed class QueuedRandomSource(params byte[][] draws) : IRandomSource
{
    private readonly byte[] _bytes = [.. draws.SelectMany(x => x)];
    private int _position;

    public int Remaining => _bytes.Length - _position;

    public void Fill(Span<byte> destination)
    {
        _bytes.AsSpan(_position, destination.Length).CopyTo(destination);
        _position += destination.Length;
    }
}
