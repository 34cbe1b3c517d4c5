namespace Session.Protocol.Client;

/// <summary>
/// A message was not sent because it could not be protected as <see cref="SessionClientOptions.MinimumProtection"/> asks. Nothing of
/// it has left the device. Send it with less, or wait until the recipient's devices can do more.
/// </summary>
public sealed class ProtectionUnavailableException : Exception
{
    internal ProtectionUnavailableException(Protection required, ProtectionObstacle obstacle)
        : base($"The message was not sent: it needs {required}, and the recipient cannot be reached with it ({obstacle}).")
    {
        Required = required;
        Obstacle = obstacle;
    }

    /// <summary>What was asked for.</summary>
    public Protection Required { get; }

    /// <summary>What stands in the way.</summary>
    public ProtectionObstacle Obstacle { get; }
}
