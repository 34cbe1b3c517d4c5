namespace Session.Protocol.Messages;

/// <summary>A step of a call (protocol/11 §11). The numbers are those of the wire.</summary>
public enum CallSignalType
{
    /// <summary>An offer with its session description.</summary>
    Offer = 1,

    /// <summary>The answer with its session description.</summary>
    Answer = 2,

    /// <summary>Ignored by clients.</summary>
    ProvisionalAnswer = 3,

    /// <summary>Network candidates of the sender.</summary>
    IceCandidates = 4,

    /// <summary>Hung up or refused.</summary>
    EndCall = 5,

    /// <summary>Wakes the other side before the offer.</summary>
    PreOffer = 6,
}
