using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Session.Protocol.Cryptography;

/// <summary>
/// HMAC-SHA256 whose key set-up can be kept and used again: deriving several short values under one key then costs two
/// hash blocks each instead of four. For texts above a few hundred bytes <see cref="HMACSHA256"/> of the framework is faster.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal struct HmacSha256
{
    public const int MacSize = 32;

    private State _state;

    public HmacSha256(ReadOnlySpan<byte> key) => _ = SodiumNative.crypto_auth_hmacsha256_init(_state, key, (nuint)key.Length);

    public void Append(ReadOnlySpan<byte> bytes) => _ = SodiumNative.crypto_auth_hmacsha256_update(_state, bytes, (ulong)bytes.Length);

    /// <summary>Writes the MAC. The value is spent; a copy taken before goes on.</summary>
    public void Finish(Span<byte> mac)
    {
        Error.RequireLength(mac.Length, MacSize, nameof(mac));
        _ = SodiumNative.crypto_auth_hmacsha256_final(_state, mac);
    }

    /// <summary>Zeroes the keyed state.</summary>
    public void Clear() => CryptographicOperations.ZeroMemory(_state);

    // Two SHA-256 states of 104 bytes: crypto_auth_hmacsha256_statebytes().
    [InlineArray(208)]
    private struct State
    {
        private byte _first;
    }
}
