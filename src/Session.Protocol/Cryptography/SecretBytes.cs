using System.Diagnostics;
using System.Security.Cryptography;

namespace Session.Protocol.Cryptography;

/// <summary>A secret of fixed size in pinned memory, so that the garbage collector leaves no copies behind. Disposing zeroes it.</summary>
[DebuggerDisplay("{ToString(),nq}")]
internal sealed class SecretBytes : IDisposable
{
    private readonly byte[] _bytes;
    private bool _isDisposed;

    public SecretBytes(int size) => _bytes = GC.AllocateArray<byte>(size, pinned: true);

    public SecretBytes(ReadOnlySpan<byte> bytes)
        : this(bytes.Length) => bytes.CopyTo(_bytes);

    public int Size => _bytes.Length;

    /// <summary>The memory itself. Refused after <see cref="Dispose"/>, so that nothing works with zeros for a key.</summary>
    public Span<byte> Span
    {
        get
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            return _bytes;
        }
    }

    public void Dispose()
    {
        _isDisposed = true;
        CryptographicOperations.ZeroMemory(_bytes);
    }

    public override string ToString() => $"[secret, {Size} bytes]";
}
