using Google.Protobuf;
using Session.Protocol.Accounts;

namespace Session.Protocol.Messages.Groups;

/// <summary>
/// Messages are to be deleted for the whole group. Without a signature only those of the sender's own messages that
/// <see cref="MessageHashes"/> names; with an admin's signature all that are named, if sent not after this.
/// </summary>
public sealed record GroupDeleteContent : GroupUpdate
{
    private readonly ByteString _adminSignature = ByteString.Empty;

    /// <summary>Delete everything of these members, ids <c>05…</c>; at most 4,096.</summary>
    public IReadOnlyList<AccountId> Members
    {
        get;
        init => field = ValueList<AccountId>.Copy(value, Limits.MaxListItems, nameof(Members), x => Limits.RequireStandard(x, nameof(Members)));
    } = ValueList<AccountId>.Empty;

    /// <summary>Delete the messages with these hashes of the swarm; at most 4,096.</summary>
    public IReadOnlyList<string> MessageHashes
    {
        get;
        init => field = ValueList<string>.Copy(value, Limits.MaxListItems, nameof(MessageHashes));
    } = ValueList<string>.Empty;

    /// <summary>The group's signature, 64 bytes; empty if the sender is no admin.</summary>
    public ReadOnlyMemory<byte> AdminSignature
    {
        get => _adminSignature.Memory;
        init => _adminSignature = value.IsEmpty ? ByteString.Empty : Limits.CopyExactly(value, SignatureSize, nameof(AdminSignature));
    }
}
