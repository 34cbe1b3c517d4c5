namespace Session.Protocol.LocalNetwork;

/// <summary>Whether a node answers. The one switch that fault scripts turn.</summary>
internal enum NodeCondition
{
    Running = 0,

    /// <summary>Takes connections and commands and answers none; works the commands off when it runs again.</summary>
    Frozen,

    /// <summary>Takes nothing. Its swarm repeats the missed commands some time after it is back.</summary>
    Stopped,
}
