namespace Session.Protocol.LocalNetwork.Faults;

/// <summary>What happened to an encrypted reply on its way.</summary>
public enum ReplyDamage
{
    /// <summary>A byte of the ciphertext is another.</summary>
    FlippedByte = 0,

    /// <summary>The second half is missing.</summary>
    Cut,

    /// <summary>It is not base64.</summary>
    NotBase64,

    /// <summary>Nothing is left of it.</summary>
    Empty,
}
