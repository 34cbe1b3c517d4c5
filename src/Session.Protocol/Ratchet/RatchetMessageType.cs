namespace Session.Protocol.Ratchet;

/// <summary>The two kinds of messages, with libsignal's numbers. The bytes do not tell them apart: the envelope must.</summary>
public enum RatchetMessageType
{
    /// <summary>Not a message.</summary>
    None = 0,

    /// <summary>A message of an established session.</summary>
    Message = 2,

    /// <summary>A message of a session that the sender started and has not heard from: it carries the handshake.</summary>
    PreKey = 3,
}
