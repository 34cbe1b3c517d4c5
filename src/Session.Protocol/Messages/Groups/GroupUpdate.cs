namespace Session.Protocol.Messages.Groups;

/// <summary>
/// News about a group with id <c>03…</c> (protocol/11 §8). They announce; the truth about name, members and keys is in the
/// group's configs. <see cref="GroupInvite"/> and <see cref="GroupPromotion"/> go to one account, all others to the group;
/// one that arrives in the wrong place must be ignored. Signatures are carried, not checked, here.
/// </summary>
public abstract record GroupUpdate : DataContent
{
    /// <summary>Size in bytes of an admin's Ed25519 signature.</summary>
    public const int SignatureSize = 64;

    private protected GroupUpdate()
    {
    }
}
