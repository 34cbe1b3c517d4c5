using System.Runtime.CompilerServices;

namespace Session.Protocol.Cryptography;

/// <summary>Thirty-two bytes held inline, the storage of key values.</summary>
[InlineArray(Size)]
internal struct Bytes32
{
    public const int Size = 32;

    private byte _first;

    public Bytes32(ReadOnlySpan<byte> bytes)
    {
        Error.RequireLength(bytes.Length, Size, nameof(bytes));
        bytes.CopyTo(this);
    }
}
