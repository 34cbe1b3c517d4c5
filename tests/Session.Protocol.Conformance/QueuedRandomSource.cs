using Session.Protocol.Cryptography;

namespace Session.Protocol.Conformance;

/// <summary>Gives out prepared bytes in order and fails when more is asked for: the drawn bytes of a vector case.</summary>
public sealed class QueuedRandomSource(params byte[][] draws) : IRandomSource
{
    private readonly byte[] _bytes = [.. draws.SelectMany(x => x)];
    private int _position;

    public void Fill(Span<byte> destination)
    {
        if (_position + destination.Length > _bytes.Length)
        {
            throw new InvalidOperationException($"The case prepared {_bytes.Length} random bytes, more were drawn.");
        }

        _bytes.AsSpan(_position, destination.Length).CopyTo(destination);
        _position += destination.Length;
    }
}
