using Google.Protobuf;

namespace Session.Protocol.Messages.Groups;

/// <summary>The group's name, picture or timer changed. The signature does not cover the new value: take that from the config.</summary>
public sealed record GroupInfoChange : GroupUpdate
{
    private readonly ByteString _adminSignature = ByteString.Empty;

    /// <summary>What changed.</summary>
    public required GroupInfoField Field { get; init => field = Limits.RequireDefined(value, nameof(Field)); }

    /// <summary>The new name.</summary>
    public string? UpdatedName { get; init; }

    /// <summary>The new timer in seconds, below 2^32; 0 turns it off.</summary>
    public long? UpdatedExpirationSeconds
    {
        get;
        init => field = value is { } seconds ? Limits.RequireRange(seconds, uint.MaxValue, nameof(UpdatedExpirationSeconds)) : null;
    }

    /// <summary>The group's signature, 64 bytes.</summary>
    public required ReadOnlyMemory<byte> AdminSignature
    {
        get => _adminSignature.Memory;
        init => _adminSignature = Limits.CopyExactly(value, SignatureSize, nameof(AdminSignature));
    }
}
