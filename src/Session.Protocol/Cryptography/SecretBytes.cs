using System.Diagnostics;
using System.Security.Cryptography;

namespace Session.Protocol.Cryptography;

/// <summary>A secret of fixed size in pinned memory, so that the garbage collector leaves no copies behind. Disposing zeroes it.</summary>
[DebuggerDisplay("{ToString(),nq}")]
internal sealed class SecretBytes : IDisposable
{
    private readonly byte[] _bytes;

    public SecretBytes(int size) => _bytes = GC.AllocateArray<byte>(size, pinned: true);

    public SecretBytes(ReadOnlySpan<byte> bytes)
        : this(bytes.Length) => bytes.CopyTo(_bytes);

    public int Size => _bytes.Length;

    /// <summary>The memory itself. After <see cref="Dispose"/> it is all zero.</summary>
    public Span<byte> Span => _bytes;

    public void Dispose() => CryptographicOperations.ZeroMemory(_bytes);

    public override string ToString() => $"[secret, {Size} bytes]";
}
