using Google.Protobuf;
using Session.Protocol.Accounts;

namespace Session.Protocol.Messages.Groups;

/// <summary>An invitation to a group, sent to one account.</summary>
public sealed record GroupInvite : GroupUpdate
{
    /// <summary>Size in bytes of <see cref="AuthData"/>.</summary>
    public const int AuthDataSize = 100;

    private readonly ByteString _authData = ByteString.Empty;
    private readonly ByteString _adminSignature = ByteString.Empty;

    /// <summary>The group, <c>03…</c>.</summary>
    public required AccountId Group { get; init => field = Limits.RequireGroup(value, nameof(Group)); }

    /// <summary>The group's name, to show until its config is read.</summary>
    public required string Name { get; init => field = Limits.RequireNotNull(value, nameof(Name)); }

    /// <summary>What the new member signs its requests with: 100 bytes, secret.</summary>
    public required ReadOnlyMemory<byte> AuthData
    {
        get => _authData.Memory;
        init => _authData = Limits.CopyExactly(value, AuthDataSize, nameof(AuthData));
    }

    /// <summary>The group's signature, 64 bytes.</summary>
    public required ReadOnlyMemory<byte> AdminSignature
    {
        get => _adminSignature.Memory;
        init => _adminSignature = Limits.CopyExactly(value, SignatureSize, nameof(AdminSignature));
    }
}
