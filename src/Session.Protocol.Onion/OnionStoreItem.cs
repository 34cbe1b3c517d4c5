namespace Session.Protocol.Onion;

/// <summary>What an <see cref="IOnionStore"/> holds.</summary>
public enum OnionStoreItem
{
    /// <summary>The node list as it was fetched last, in the form of <see cref="Nodes.NodeSnapshot"/>.</summary>
    Nodes = 1,

    /// <summary>The guards and when each was chosen.</summary>
    Guards = 2,
}
