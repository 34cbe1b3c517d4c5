namespace Session.Protocol.Benchmarks.Floors;

/// <summary>The primitives of one v1 message of a given padded size, with nothing around them.</summary>
internal sealed class RawSealedBox(RawAccount sender, RawAccount recipient, int paddedSize)
{
    private const int TrailerSize = Sodium.KeySize + Sodium.SignatureSize;

    private readonly byte[] _signed = new byte[paddedSize + TrailerSize];
    private readonly byte[] _box = new byte[paddedSize + TrailerSize + Sodium.TagSize];
    private readonly byte[] _opened = new byte[paddedSize + TrailerSize];
    private readonly byte[] _ephemeral = new byte[Sodium.KeySize];
    private readonly byte[] _decoy = new byte[Sodium.KeySize];

    /// <summary>What a signature runs over: message, sender's key, recipient's key.</summary>
    private int SignedSize => paddedSize + (2 * Sodium.KeySize);

    /// <summary>Random bytes, signature, ephemeral key, agreement, nonce, encryption; and one point for the decoy signature.</summary>
    public void Seal()
    {
        Span<byte> random = stackalloc byte[3 * Sodium.KeySize];
        Span<byte> key = stackalloc byte[Sodium.KeySize];
        Span<byte> nonce = stackalloc byte[Sodium.LongNonceSize];
        Sodium.Random(random, (nuint)random.Length);
        Sign();
        _ = Sodium.X25519PublicKey(_ephemeral, random[..Sodium.KeySize]);
        _ = Sodium.BoxKey(key, recipient.EncryptionKey, random[..Sodium.KeySize]);
        HashKeys(nonce);
        _ = Sodium.SecretBox(_box, _signed, (ulong)_signed.Length, nonce, key);
        random[^1] &= 0x0f;
        _ = Sodium.Ed25519BasePoint(_decoy, random[^Sodium.KeySize..]);
    }

    /// <summary>Agreement, nonce, decryption, verification.</summary>
    public void Open()
    {
        Span<byte> key = stackalloc byte[Sodium.KeySize];
        Span<byte> nonce = stackalloc byte[Sodium.LongNonceSize];
        _ = Sodium.BoxKey(key, _ephemeral, recipient.EncryptionSecret);
        HashKeys(nonce);
        Require(Sodium.SecretBoxOpen(_opened, _box, (ulong)_box.Length, nonce, key));

        Span<byte> signature = stackalloc byte[Sodium.SignatureSize];
        Span<byte> place = _opened.AsSpan(paddedSize + Sodium.KeySize);
        place.CopyTo(signature);
        recipient.EncryptionKey.CopyTo(place);
        Require(Sodium.Verify(signature, _opened, (ulong)SignedSize, sender.SigningKey));
    }

    /// <summary>As <see cref="Open"/>, and the account of a sender who was not seen before.</summary>
    public void OpenFromNewSender()
    {
        Open();
        Span<byte> account = stackalloc byte[Sodium.KeySize];
        _ = Sodium.PublicKeyToX25519(account, sender.SigningKey);
    }

    /// <summary>Makes a message for <see cref="Open"/>.</summary>
    public RawSealedBox Sealed()
    {
        Seal();
        return this;
    }

    // A floor that skipped work because something failed would be no floor.
    private static void Require(int result)
    {
        if (result != 0)
        {
            throw new InvalidOperationException("The raw message does not open.");
        }
    }

    // The signature stands where the recipient's key is while it is signed.
    private void Sign()
    {
        Span<byte> signature = stackalloc byte[Sodium.SignatureSize];
        Span<byte> place = _signed.AsSpan(paddedSize + Sodium.KeySize);
        recipient.EncryptionKey.CopyTo(place);
        _ = Sodium.Sign(signature, 0, _signed, (ulong)SignedSize, sender.SigningSecret);
        signature.CopyTo(place);
    }

    private void HashKeys(Span<byte> nonce)
    {
        Span<byte> keys = stackalloc byte[2 * Sodium.KeySize];
        _ephemeral.CopyTo(keys);
        recipient.EncryptionKey.CopyTo(keys[Sodium.KeySize..]);
        _ = Sodium.Blake2b(nonce, (nuint)nonce.Length, keys, (ulong)keys.Length, 0, 0);
    }
}
