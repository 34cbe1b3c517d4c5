namespace Session.Protocol.Benchmarks.Floors;

/// <summary>The primitives of an onion request in XChaCha20-Poly1305, with nothing around them.</summary>
internal sealed class RawOnion(RawAccount[] recipients, int[] layerSizes)
{
    private const int DrawSize = Sodium.KeySize + Sodium.LongNonceSize;

    private readonly byte[] _plain = new byte[layerSizes.Max()];
    private readonly byte[] _cipher = new byte[layerSizes.Max() + Sodium.TagSize];
    private readonly byte[] _agreement = new byte[3 * Sodium.KeySize];
    private readonly byte[] _nonce = new byte[Sodium.LongNonceSize];

    /// <summary>Per layer an ephemeral key, an agreement, a hash and an encryption; random bytes for all at once.</summary>
    public void Build()
    {
        Span<byte> random = stackalloc byte[DrawSize * recipients.Length];
        Span<byte> key = stackalloc byte[Sodium.KeySize];
        Sodium.Random(random, (nuint)random.Length);
        for (int i = 0; i < recipients.Length; i++)
        {
            ReadOnlySpan<byte> draw = random.Slice(i * DrawSize, DrawSize);
            _ = Sodium.X25519PublicKey(_agreement.AsSpan(Sodium.KeySize), draw[..Sodium.KeySize]);
            _ = Sodium.Agree(_agreement, draw[..Sodium.KeySize], recipients[i].EncryptionKey);
            Hash(key);
            Encrypt(layerSizes[i], draw[Sodium.KeySize..], key);
        }
    }

    /// <summary>Encrypts what <see cref="Peel"/> takes off: the first layer.</summary>
    public RawOnion Wrapped()
    {
        Span<byte> key = stackalloc byte[Sodium.KeySize];
        _ = Sodium.X25519PublicKey(_agreement.AsSpan(Sodium.KeySize), recipients[1].EncryptionSecret);
        _ = Sodium.Agree(_agreement, recipients[0].EncryptionSecret, _agreement.AsSpan(Sodium.KeySize));
        Hash(key);
        Encrypt(layerSizes[0], _nonce, key);
        return this;
    }

    /// <summary>One hop: agreement, hash, decryption.</summary>
    public void Peel()
    {
        Span<byte> key = stackalloc byte[Sodium.KeySize];
        _ = Sodium.Agree(_agreement, recipients[0].EncryptionSecret, _agreement.AsSpan(Sodium.KeySize));
        HashAndDecrypt(key, layerSizes[0]);
    }

    /// <summary>Encrypts what <see cref="Reply"/> opens.</summary>
    public RawOnion WrappedReply(int size)
    {
        Span<byte> key = stackalloc byte[Sodium.KeySize];
        Hash(key);
        Encrypt(size, _nonce, key);
        return this;
    }

    /// <summary>The client's side of a reply: hash, decryption.</summary>
    public void Reply(int size)
    {
        Span<byte> key = stackalloc byte[Sodium.KeySize];
        HashAndDecrypt(key, size);
    }

    private void Hash(Span<byte> key) => _ = Sodium.Blake2b(key, (nuint)key.Length, _agreement, (ulong)_agreement.Length, 0, 0);

    private void Encrypt(int size, ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> key) =>
        _ = Sodium.XChaChaEncrypt(_cipher, 0, _plain, (ulong)size, 0, 0, 0, nonce, key);

    private void HashAndDecrypt(Span<byte> key, int size)
    {
        Hash(key);
        if (Sodium.XChaChaDecrypt(_plain, 0, 0, _cipher, (ulong)(size + Sodium.TagSize), 0, 0, _nonce, key) != 0)
        {
            throw new InvalidOperationException("The raw layer does not open.");
        }
    }
}
