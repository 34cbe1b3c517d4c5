using System.Security.Cryptography;
using Session.Protocol.Cryptography;

namespace Session.Protocol.Ratchet.Sessions;

/// <summary>
/// The symmetric half of libsignal's post-quantum ratchet (protocol/30 §9): one chain per direction, both from the KEM secret
/// of the handshake, running through all Diffie-Hellman steps. It stays in the first epoch for ever: nothing is offered to
/// the peer, and what the peer offers is read and left.
/// </summary>
internal sealed class PqChain : IDisposable
{
    private const int SendAt = 0;
    private const int ReceiveAt = KeySchedule.KeySize;

    private readonly SecretBytes _keys;

    /// <summary>Starts both chains.</summary>
    public PqChain(ReadOnlySpan<byte> authenticationKey, bool isInitiator)
        : this(new SecretBytes(2 * KeySchedule.KeySize), 0, 0, new SkippedKeys())
    {
        Span<byte> send = _keys.Span[..ReceiveAt], receive = _keys.Span[ReceiveAt..];
        KeySchedule.StartPqChains(authenticationKey, isInitiator ? send : receive, isInitiator ? receive : send);
    }

    private PqChain(SecretBytes keys, uint sent, uint received, SkippedKeys skipped)
    {
        _keys = keys;
        Sent = sent;
        Received = received;
        Skipped = skipped;
    }

    /// <summary>Index of the last message sent; the first one has 1.</summary>
    public uint Sent { get; private set; }

    /// <summary>Highest index received.</summary>
    public uint Received { get; private set; }

    public SkippedKeys Skipped { get; }

    public ReadOnlySpan<byte> ReceiveKey => _keys.Span[ReceiveAt..];

    public int SerializedSize => (2 * KeySchedule.KeySize) + (2 * sizeof(uint)) + Skipped.SerializedSize;

    /// <summary>The key of the next message to send, and what is written into it.</summary>
    public int Send(Span<byte> key, Span<byte> header)
    {
        KeySchedule.PqChainStep(_keys.Span[SendAt..ReceiveAt], ++Sent, key);
        return PqHeader.Write(Sent, header);
    }

    /// <summary>Moves on behind an authentic message.</summary>
    public void Advance(ReadOnlySpan<byte> nextKey, uint index, in SkippedJump jump)
    {
        nextKey.CopyTo(_keys.Span[ReceiveAt..]);
        Received = index;
        Skipped.Append(jump);
    }

    public void Dispose()
    {
        _keys.Dispose();
        Skipped.Dispose();
    }

    public void Write(ref StateWriter writer)
    {
        writer.Bytes(_keys.Span);
        writer.UInt32(Sent);
        writer.UInt32(Received);
        Skipped.Write(ref writer);
    }

    public static PqChain? Read(ref StateReader reader)
    {
        ReadOnlySpan<byte> keys = reader.Bytes(2 * KeySchedule.KeySize);
        uint sent = reader.UInt32();
        uint received = reader.UInt32();
        return SkippedKeys.Read(ref reader) is { } skipped ? new PqChain(new SecretBytes(keys), sent, received, skipped) : null;
    }
}
