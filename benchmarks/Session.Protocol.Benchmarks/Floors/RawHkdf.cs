namespace Session.Protocol.Benchmarks.Floors;

/// <summary>HMAC-SHA256 and HKDF as calls of the native library: one key set-up per key, which is the least there can be.</summary>
internal static class RawHkdf
{
    private static readonly byte[] NoSalt = KeyedState(new byte[Sodium.KeySize]);

    /// <summary>Two MACs of one byte under one key: a step of a message chain.</summary>
    public static void ChainStep(Span<byte> chainKey, Span<byte> seed)
    {
        Span<byte> first = stackalloc byte[Sodium.HmacStateSize];
        Span<byte> second = stackalloc byte[Sodium.HmacStateSize];
        _ = Sodium.HmacStart(first, chainKey, Sodium.KeySize);
        first.CopyTo(second);
        _ = Sodium.HmacAdd(first, [1], 1);
        _ = Sodium.HmacEnd(first, seed);
        _ = Sodium.HmacAdd(second, [2], 1);
        _ = Sodium.HmacEnd(second, chainKey);
    }

    /// <summary>HKDF. An empty salt is 32 zero bytes, whose key set-up is done once for all.</summary>
    public static void Derive(ReadOnlySpan<byte> input, ReadOnlySpan<byte> salt, ReadOnlySpan<byte> info, Span<byte> output)
    {
        Span<byte> keyed = stackalloc byte[Sodium.HmacStateSize];
        Span<byte> state = stackalloc byte[Sodium.HmacStateSize];
        Span<byte> block = stackalloc byte[Sodium.KeySize];
        if (salt.IsEmpty)
        {
            NoSalt.CopyTo(state);
        }
        else
        {
            _ = Sodium.HmacStart(state, salt, (nuint)salt.Length);
        }

        _ = Sodium.HmacAdd(state, input, (ulong)input.Length);
        _ = Sodium.HmacEnd(state, block);
        _ = Sodium.HmacStart(keyed, block, Sodium.KeySize);
        for (int written = 0; written < output.Length; written += block.Length)
        {
            keyed.CopyTo(state);
            _ = Sodium.HmacAdd(state, block, written == 0 ? 0ul : Sodium.KeySize);
            _ = Sodium.HmacAdd(state, info, (ulong)info.Length);
            _ = Sodium.HmacAdd(state, [(byte)((written / block.Length) + 1)], 1);
            _ = Sodium.HmacEnd(state, block);
            block[..Math.Min(block.Length, output.Length - written)].CopyTo(output[written..]);
        }
    }

    private static byte[] KeyedState(byte[] key)
    {
        byte[] state = new byte[Sodium.HmacStateSize];
        _ = Sodium.HmacStart(state, key, (nuint)key.Length);
        return state;
    }
}
