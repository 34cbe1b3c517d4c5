using Session.Protocol.Accounts;
using Session.Protocol.Onion.Nodes;
using Session.Protocol.Onion.Storage;
using Session.Protocol.Onion.Storage.Results;

namespace Session.Protocol.Onion.Swarms;

/// <summary>
/// Talks to the swarm of an account: finds its members, picks one, follows redirections, sets the clock right and tries another
/// member where that helps. Implementations are safe for concurrent use.
/// </summary>
public interface ISwarmClient
{
    /// <summary>The nodes that hold an account's messages, from memory where they are known.</summary>
    /// <param name="account">The account.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>One or more nodes, in no particular order.</returns>
    /// <exception cref="OnionException">The swarm could not be found out.</exception>
    ValueTask<IReadOnlyList<ServiceNode>> GetMembersAsync(AccountId account, CancellationToken cancellationToken = default);

    /// <summary>Sends one request, to the swarm of its account or, where it has none, to any node.</summary>
    /// <typeparam name="T">Result of the request.</typeparam>
    /// <param name="request">The request; it is signed anew for each attempt.</param>
    /// <param name="cancellationToken">Ends the wait; nodes may act all the same.</param>
    /// <returns>The result. A swarm-wide request has at least one confirmation with a valid signature of a known member.</returns>
    /// <exception cref="StorageException">A node refused, see <see cref="StorageException.Status"/>, or nobody confirmed.</exception>
    /// <exception cref="OnionException">No node could be reached, or no answer could be read.</exception>
    ValueTask<T> SendAsync<T>(StorageRequest<T> request, CancellationToken cancellationToken = default)
        where T : class;

    /// <summary>Stores a message.</summary>
    /// <param name="account">Whose mailbox.</param>
    /// <param name="space">The namespace.</param>
    /// <param name="data">The message; it must not change while the task runs.</param>
    /// <param name="timeToLive">10 seconds to 14 days in a public inbox, to 30 days elsewhere.</param>
    /// <param name="credentials">The right to store; needed unless the namespace is a public inbox.</param>
    /// <param name="cancellationToken">Ends the wait; the message may be stored all the same.</param>
    /// <returns>The message's hash, and which members confirmed with valid signatures.</returns>
    /// <exception cref="OnionException"><see cref="OnionFault.TooLarge"/> for more than 76 800 bytes; else as <see cref="SendAsync"/>.</exception>
    ValueTask<StoreResult> StoreAsync(
        AccountId account,
        SwarmNamespace space,
        ReadOnlyMemory<byte> data,
        TimeSpan timeToLive,
        SwarmCredentials? credentials = null,
        CancellationToken cancellationToken = default);

    /// <summary>Reads the new messages of one or more namespaces, with one batch to each node asked.</summary>
    /// <param name="query">What to read, and how many nodes to ask.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The messages of all nodes that answered, each hash once.</returns>
    /// <exception cref="OnionException">No node answered.</exception>
    ValueTask<SwarmPoll> RetrieveAsync(SwarmQuery query, CancellationToken cancellationToken = default);
}
