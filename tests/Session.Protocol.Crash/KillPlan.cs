using System.Globalization;

namespace Session.Protocol.Crash;

/// <summary>Where a child dies.</summary>
/// <param name="Point">One of <see cref="CommitPoint.All"/>; empty for nowhere.</param>
/// <param name="Moment">When.</param>
/// <param name="Occurrence">At which commit of this kind, from 1.</param>
public sealed record KillPlan(string Point, Moment Moment, int Occurrence)
{
    /// <summary>The child goes on until it is stopped.</summary>
    public static KillPlan Never { get; } = new("never", Moment.Before, 1);

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    public static KillPlan Parse(string text)
    {
        string[] parts = text.Split('/');
        return new KillPlan(parts[0], Enum.Parse<Moment>(parts[1]), int.Parse(parts[2], CultureInfo.InvariantCulture));
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Point}/{Moment}/{Occurrence}");
}
