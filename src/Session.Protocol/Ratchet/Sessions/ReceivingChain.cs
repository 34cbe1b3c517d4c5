using Session.Protocol.Accounts;
using Session.Protocol.Cryptography;

namespace Session.Protocol.Ratchet.Sessions;

/// <summary>The chain of messages that the peer sent under one ratchet key.</summary>
internal sealed class ReceivingChain(X25519PublicKey ratchetKey, ReadOnlySpan<byte> key, uint index, SkippedKeys? skipped = null) : IDisposable
{
    private const int FixedSize = X25519PublicKey.Size + KeySchedule.KeySize + sizeof(uint);

    private readonly SecretBytes _key = new(key);

    public X25519PublicKey RatchetKey { get; } = ratchetKey;

    /// <summary>Counter of the next message.</summary>
    public uint Index { get; private set; } = index;

    public SkippedKeys Skipped { get; } = skipped ?? new SkippedKeys();

    public ReadOnlySpan<byte> Key => _key.Span;

    public int SerializedSize => FixedSize + Skipped.SerializedSize;

    /// <summary>Moves on behind an authentic message.</summary>
    public void Advance(ReadOnlySpan<byte> nextKey, uint nextIndex, in SkippedJump jump)
    {
        nextKey.CopyTo(_key.Span);
        Index = nextIndex;
        Skipped.Append(jump);
    }

    public void Dispose()
    {
        _key.Dispose();
        Skipped.Dispose();
    }

    public void Write(ref StateWriter writer)
    {
        writer.Key(RatchetKey);
        writer.Bytes(Key);
        writer.UInt32(Index);
        Skipped.Write(ref writer);
    }

    public static ReceivingChain? Read(ref StateReader reader)
    {
        X25519PublicKey ratchetKey = reader.Key();
        ReadOnlySpan<byte> key = reader.Bytes(KeySchedule.KeySize);
        uint index = reader.UInt32();
        return SkippedKeys.Read(ref reader) is { } skipped ? new ReceivingChain(ratchetKey, key, index, skipped) : null;
    }
}
