namespace Session.Protocol.Onion.Paths;

/// <summary>Whether the hops of a path must lie in different /24 networks, so that one operator's machines are not all of a path.</summary>
public enum NetworkDiversity
{
    /// <summary>Required, except where all known nodes share one address: a test network on one machine.</summary>
    UnlessOneAddress = 0,

    /// <summary>Always required. Fewer networks than hops give no path.</summary>
    Required,

    /// <summary>Not required. Only for private networks.</summary>
    Off,
}
