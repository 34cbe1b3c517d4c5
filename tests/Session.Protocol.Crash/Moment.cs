namespace Session.Protocol.Crash;

/// <summary>When the process dies, seen from a commit.</summary>
public enum Moment
{
    /// <summary>Before the store hears of it.</summary>
    Before,

    /// <summary>While the store is at it.</summary>
    During,

    /// <summary>When it is durable, before the client hears of it.</summary>
    After,
}
