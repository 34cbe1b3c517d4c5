using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Session.Protocol.Cryptography;

/// <summary>BLAKE2b of a message that comes in pieces, with an optional key. Disposing zeroes the state.</summary>
internal sealed class IncrementalBlake2b : IDisposable
{
    // crypto_generichash_blake2b_statebytes(); the type is declared with this alignment.
    private const int StateSize = 384;
    private const int Alignment = 64;

    private readonly byte[] _memory = GC.AllocateArray<byte>(StateSize + Alignment, pinned: true);
    private readonly int _offset;
    private readonly int _hashSize;

    public IncrementalBlake2b(ReadOnlySpan<byte> key, int hashSize)
    {
        _offset = Alignment - (int)(Marshal.UnsafeAddrOfPinnedArrayElement(_memory, 0) % Alignment);
        _hashSize = hashSize;
        if (SodiumNative.crypto_generichash_blake2b_init(State, key, (nuint)key.Length, (nuint)hashSize) != 0)
        {
            throw new ArgumentException($"Expected a key of at most {Blake2b.MaxKeySize} bytes and a hash of {Blake2b.MinHashSize} to {Blake2b.MaxHashSize}.", nameof(key));
        }
    }

    private Span<byte> State => _memory.AsSpan(_offset, StateSize);

    public void Append(ReadOnlySpan<byte> bytes) => _ = SodiumNative.crypto_generichash_blake2b_update(State, bytes, (ulong)bytes.Length);

    /// <summary>Writes the hash; nothing can be appended afterwards.</summary>
    public void Finish(Span<byte> hash)
    {
        Error.RequireLength(hash.Length, _hashSize, nameof(hash));
        _ = SodiumNative.crypto_generichash_blake2b_final(State, hash, (nuint)hash.Length);
    }

    public void Dispose() => CryptographicOperations.ZeroMemory(_memory);
}
