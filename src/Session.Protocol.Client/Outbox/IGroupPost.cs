using Session.Protocol.Accounts;
using Session.Protocol.Onion;
using Session.Protocol.Onion.Storage;

namespace Session.Protocol.Client.Outbox;

/// <summary>What the outbox must ask the groups for: only a member may store in a group's swarm.</summary>
internal interface IGroupPost
{
    /// <summary>The right to store in a group's swarm.</summary>
    /// <exception cref="OnionException">This account is not a member any more.</exception>
    ValueTask<SwarmCredentials> RightsAsync(AccountId group, CancellationToken cancellationToken);

    /// <summary>A message was not stored at once, and perhaps never will be: those after it say so, for else its readers would miss it.</summary>
    ValueTask NotStoredAsync(OutgoingPart part, CancellationToken cancellationToken);
}
