namespace Session.Protocol.LocalNetwork.Faults;

/// <summary>In which part of a request something stands. The same node is guard of one path and destination of another request.</summary>
public enum NodeRole
{
    /// <summary>The node that the client's connection goes to: first hop of a path, or asked directly.</summary>
    Guard = 0,

    /// <summary>Hops between the guard and the exit.</summary>
    Middle,

    /// <summary>The third hop, which passes the request on to the destination node or posts it to a server.</summary>
    Exit,

    /// <summary>The node that carries the request out, and the other members of its swarm.</summary>
    Destination,

    /// <summary>A server behind the exit.</summary>
    Server,

    /// <summary>A seed, which hands out node lists.</summary>
    Seed,
}
