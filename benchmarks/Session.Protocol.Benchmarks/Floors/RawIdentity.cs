namespace Session.Protocol.Benchmarks.Floors;

/// <summary>The primitives of an account's keys: two base points, and two pieces of guarded memory to keep the secrets in.</summary>
internal static class RawIdentity
{
    public static void Make(ReadOnlySpan<byte> shortSeed)
    {
        Span<byte> seed = stackalloc byte[Sodium.KeySize];
        Span<byte> signingKey = stackalloc byte[Sodium.KeySize];
        Span<byte> signingSecret = stackalloc byte[2 * Sodium.KeySize];
        Span<byte> encryptionSecret = stackalloc byte[Sodium.KeySize];
        Span<byte> encryptionKey = stackalloc byte[Sodium.KeySize];
        seed.Clear();
        shortSeed.CopyTo(seed);
        _ = Sodium.SeedKeyPair(signingKey, signingSecret, seed);
        _ = Sodium.SecretKeyToX25519(encryptionSecret, signingSecret);
        _ = Sodium.X25519PublicKey(encryptionKey, encryptionSecret);
        nint first = Keep(2 * Sodium.KeySize);
        nint second = Keep(Sodium.KeySize);
        Sodium.GuardedFree(first);
        Sodium.GuardedFree(second);
    }

    private static nint Keep(int size)
    {
        nint memory = Sodium.GuardedAllocate((nuint)size);
        _ = Sodium.GuardedReadOnly(memory);
        return memory;
    }
}
