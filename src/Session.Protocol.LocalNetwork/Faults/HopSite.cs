using System.Text.Json.Nodes;
using Session.Protocol.LocalNetwork.Onion;

namespace Session.Protocol.LocalNetwork.Faults;

/// <summary>What an effect on a whole request sees: at a guard, a hop, a destination, a server or a seed.</summary>
/// <param name="Site">Where.</param>
/// <param name="Clock">The network's clock, for waiting.</param>
/// <param name="Seal">At a destination: encrypts an answer of this status and body for the client.</param>
internal sealed record HopSite(FaultSite Site, TimeProvider Clock, Func<int, JsonNode, OnionReply>? Seal = null)
{
    public NodeRole Role => Site.Role;

    /// <summary>How a node of this role says something: sealed at the destination, in the open before it.</summary>
    public OnionReply Say(int status, string text) => Seal is null ? OnionReply.Text(status, text) : Seal(status, JsonValue.Create(text));
}
