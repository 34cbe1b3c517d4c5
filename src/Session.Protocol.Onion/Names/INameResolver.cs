using Session.Protocol.Accounts;

namespace Session.Protocol.Onion.Names;

/// <summary>Finds the account behind a name that was bought on the Oxen chain (ONS, later SNS; protocol/27 §3). Safe for concurrent use.</summary>
public interface INameResolver
{
    /// <summary>Asks several nodes, which learn a hash of the name and not the name; all must agree.</summary>
    /// <param name="name">Case does not matter; see <see cref="NameResolver.IsName"/>.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The account, or null when nobody has the name. Show it to the user: a name is only a way to find an id.</returns>
    /// <exception cref="ArgumentException">This cannot be a name.</exception>
    /// <exception cref="OnionException">
    /// <see cref="OnionFault.InvalidResponse"/>: the nodes do not agree, and one of them may lie; try again.
    /// <see cref="OnionFault.Rejected"/>: the record holds no account. Otherwise too few nodes answered.
    /// </exception>
    ValueTask<AccountId?> ResolveAsync(string name, CancellationToken cancellationToken = default);
}
