namespace Session.Protocol.Onion.Storage.Results;

/// <summary>Where a message was stored.</summary>
/// <param name="Hash">The name of the message, computed here and signed by each member that confirmed.</param>
/// <param name="Swarm">What each member said.</param>
public sealed record StoreResult(string Hash, SwarmResult Swarm)
{
    /// <summary>True when every member that confirmed had the message before: it was stored already.</summary>
    public bool AlreadyStored => Swarm.Confirmations > 0 && Swarm.Confirmed.All(member => member.AlreadyStored);
}
