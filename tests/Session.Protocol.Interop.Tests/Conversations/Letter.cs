using Session.Protocol.Accounts;
using Session.Protocol.Ratchet;
using Session.Protocol.Ratchet.Sessions;

namespace Session.Protocol.Interop.Tests.Conversations;

/// <summary>A message under way.</summary>
/// <param name="To">The side it goes to, 0 or 1.</param>
/// <param name="Session">Number of the session it was sent in.</param>
internal sealed record Letter(int To, int Session, RatchetMessage Message, byte[] Plaintext)
{
    /// <summary>The ratchet key in it, which names the chain it belongs to.</summary>
    public X25519PublicKey RatchetKey
    {
        get
        {
            ReadOnlySpan<byte> bytes = Message.Bytes.Span;
            if (Message.Type == RatchetMessageType.PreKey)
            {
                Assert.Equal(RatchetStatus.Ok, PreKeySignalMessage.TryParse(Message.Type, bytes, out PreKeySignalMessage first));
                return first.Message.RatchetKey;
            }

            Assert.Equal(RatchetStatus.Ok, SignalMessage.TryParse(bytes, out SignalMessage message));
            return message.RatchetKey;
        }
    }
}
