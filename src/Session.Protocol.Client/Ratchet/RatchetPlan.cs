using Session.Protocol.Devices;

namespace Session.Protocol.Client.Ratchet;

/// <summary>Whether the ratchet can be used for a recipient.</summary>
/// <param name="Record">The recipient's record when it can; otherwise null.</param>
/// <param name="Obstacle">Why it cannot.</param>
internal sealed record RatchetPlan(CapabilityRecord? Record, ProtectionObstacle Obstacle)
{
    public static RatchetPlan No(ProtectionObstacle obstacle) => new(null, obstacle);
}
