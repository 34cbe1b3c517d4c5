using Session.Protocol.Ratchet.PreKeys;
using Session.Protocol.Ratchet.Sessions;

namespace Session.Protocol.Ratchet;

/// <summary>A ratchet message as it goes over the wire, byte-compatible with libsignal (protocol/30 §5).</summary>
/// <param name="Type">Which of the two kinds.</param>
/// <param name="Bytes">The serialized message, at most <see cref="RatchetLimits.MaxMessageSize"/> bytes; not copied.</param>
public readonly record struct RatchetMessage(RatchetMessageType Type, ReadOnlyMemory<byte> Bytes)
{
    /// <summary>Reads which pre-keys a first message was made for. Nothing of it is authenticated yet.</summary>
    /// <param name="handshake">The key ids and the sender's base key.</param>
    /// <returns>False when this is no well-formed pre-key message.</returns>
    public bool TryReadHandshake(out HandshakeId handshake)
    {
        bool ok = PreKeySignalMessage.TryParse(Type, Bytes.Span, out PreKeySignalMessage message) == RatchetStatus.Ok;
        handshake = ok ? message.Handshake : default;
        return ok;
    }
}
