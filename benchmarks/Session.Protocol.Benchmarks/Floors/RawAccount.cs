namespace Session.Protocol.Benchmarks.Floors;

/// <summary>An account as plain arrays, for the floors.</summary>
internal sealed class RawAccount
{
    public RawAccount(byte fill)
    {
        Seed = new byte[Sodium.KeySize];
        Seed.AsSpan().Fill(fill);
        _ = Sodium.SeedKeyPair(SigningKey, SigningSecret, Seed);
        _ = Sodium.SecretKeyToX25519(EncryptionSecret, SigningSecret);
        _ = Sodium.X25519PublicKey(EncryptionKey, EncryptionSecret);
    }

    public byte[] Seed { get; }

    public byte[] SigningKey { get; } = new byte[Sodium.KeySize];

    public byte[] SigningSecret { get; } = new byte[2 * Sodium.KeySize];

    public byte[] EncryptionSecret { get; } = new byte[Sodium.KeySize];

    public byte[] EncryptionKey { get; } = new byte[Sodium.KeySize];
}
