namespace Session.Protocol.Benchmarks.Floors;

/// <summary>The authenticated encryption of as many bytes as a blob has, in one raw call, and the hash that its key comes from.</summary>
internal sealed class RawAttachment
{
    private readonly byte[] _key = new byte[Sodium.KeySize];
    private readonly byte[] _nonce = new byte[Sodium.LongNonceSize];
    private readonly byte[] _hash = new byte[Sodium.LongNonceSize + Sodium.KeySize];
    private readonly byte[] _plain;
    private readonly byte[] _ciphertext;

    public RawAttachment(int blobSize)
    {
        _plain = new byte[blobSize];

        // Memory that nobody has written is one page of zeros, which always is in the cache.
        Random.Shared.NextBytes(_plain);
        _ciphertext = new byte[blobSize + Sodium.TagSize];
        Encrypt();
    }

    public void Encrypt() => _ = Sodium.XChaChaEncrypt(_ciphertext, 0, _plain, (ulong)_plain.Length, 0, 0, 0, _nonce, _key);

    /// <summary>Copies a piece in, encrypts it and copies it out.</summary>
    public void EncryptCopy(ReadOnlySpan<byte> from, Span<byte> to)
    {
        from.CopyTo(_plain);
        Encrypt();
        _ciphertext.AsSpan(0, to.Length).CopyTo(to);
    }

    public void Decrypt()
    {
        if (Sodium.XChaChaDecrypt(_plain, 0, 0, _ciphertext, (ulong)_ciphertext.Length, 0, 0, _nonce, _key) != 0)
        {
            throw new InvalidOperationException("The raw file does not open.");
        }
    }

    public void Hash() => _ = Sodium.Blake2b(_hash, (nuint)_hash.Length, _plain, (ulong)_plain.Length, 0, 0);
}
