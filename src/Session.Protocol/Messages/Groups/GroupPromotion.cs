using Google.Protobuf;

namespace Session.Protocol.Messages.Groups;

/// <summary>The receiver becomes an admin: it is given the group's secret seed, which proves itself.</summary>
public sealed record GroupPromotion : GroupUpdate
{
    /// <summary>Size in bytes of <see cref="Seed"/>.</summary>
    public const int SeedSize = 32;

    private readonly ByteString _seed = ByteString.Empty;

    /// <summary>The group's Ed25519 seed: 32 bytes, secret for ever.</summary>
    public required ReadOnlyMemory<byte> Seed { get => _seed.Memory; init => _seed = Limits.CopyExactly(value, SeedSize, nameof(Seed)); }

    /// <summary>The group's name.</summary>
    public required string Name { get; init => field = Limits.RequireNotNull(value, nameof(Name)); }
}
