using Google.Protobuf;
using Session.Protocol.Accounts;

namespace Session.Protocol.Messages.Groups;

/// <summary>Members were added, removed or promoted. The signature does not cover who: take that from the config.</summary>
public sealed record GroupMemberChange : GroupUpdate
{
    private readonly ByteString _adminSignature = ByteString.Empty;

    /// <summary>What happened.</summary>
    public required GroupMemberAction Action { get; init => field = Limits.RequireDefined(value, nameof(Action)); }

    /// <summary>To whom: ids <c>05…</c>, at most 4,096. Others are left out when read.</summary>
    public required IReadOnlyList<AccountId> Members
    {
        get;
        init => field = ValueList<AccountId>.Copy(value, Limits.MaxListItems, nameof(Members), x => Limits.RequireStandard(x, nameof(Members)));
    }

    /// <summary>Whether added members were given the older keys.</summary>
    public bool HistoryShared { get; init; }

    /// <summary>The group's signature, 64 bytes.</summary>
    public required ReadOnlyMemory<byte> AdminSignature
    {
        get => _adminSignature.Memory;
        init => _adminSignature = Limits.CopyExactly(value, SignatureSize, nameof(AdminSignature));
    }
}
