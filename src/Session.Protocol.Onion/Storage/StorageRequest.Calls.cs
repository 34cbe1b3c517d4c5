using Session.Protocol.Accounts;
using Session.Protocol.Onion.Storage.Results;
using Session.Protocol.Onion.Swarms;

namespace Session.Protocol.Onion.Storage;

/// <content>The calls of the storage RPC, one method each.</content>
public abstract partial class StorageRequest
{
    /// <summary>
    /// Stores a message in a mailbox (protocol/21 §7.1). Storing the same bytes again is harmless: it is the same message,
    /// whose expiry can only become later.
    /// </summary>
    /// <param name="account">Whose mailbox.</param>
    /// <param name="space">The namespace.</param>
    /// <param name="data">At most 76 800 bytes; must not change afterwards.</param>
    /// <param name="timeToLive">10 seconds to 14 days in a public inbox, to 30 days elsewhere.</param>
    /// <param name="credentials">The right to store; needed unless the namespace is a public inbox.</param>
    /// <returns>The request.</returns>
    /// <exception cref="ArgumentException">Data too large, credentials missing or of another account.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The time is out of its range.</exception>
    public static StorageRequest<StoreResult> Store(
        AccountId account, SwarmNamespace space, ReadOnlyMemory<byte> data, TimeSpan timeToLive, SwarmCredentials? credentials = null) =>
        new StoreRequest(account, space, data, timeToLive, credentials);

    /// <summary>Reads the messages of one namespace from one node (protocol/21 §7.2). To read several, or from several nodes, see <see cref="ISwarmClient.RetrieveAsync"/>.</summary>
    /// <param name="account">Whose mailbox.</param>
    /// <param name="space">The namespace.</param>
    /// <param name="credentials">The right to read; needed unless anybody may read the namespace.</param>
    /// <param name="lastHash">
    /// Only messages that this node stored after the one of this hash; null for all. A hash that the node does not know (any more)
    /// also gives all. Another node has another order: keep one hash for each node.
    /// </param>
    /// <param name="maxSize">Limit of the answer: a size in bytes counted with base64, or −n for one n-th of 7 800 000; null leaves it to the node (a fifth).</param>
    /// <param name="maxCount">Limit of the number of messages, at least 1; null for none.</param>
    /// <returns>The request.</returns>
    /// <exception cref="ArgumentException">Credentials missing or of another account, a hash that is none, or a limit of zero.</exception>
    public static StorageRequest<RetrieveResult> Retrieve(
        AccountId account, SwarmNamespace space, SwarmCredentials? credentials, string? lastHash = null, int? maxSize = null, int? maxCount = null) =>
        new RetrieveRequest(account, space, credentials) { LastHash = lastHash, MaxSize = maxSize, MaxCount = maxCount };

    /// <summary>Deletes messages by hash, in whichever namespace they are (protocol/21 §7.3).</summary>
    /// <param name="credentials">The right to delete.</param>
    /// <param name="hashes">One or more message hashes.</param>
    /// <param name="required">Makes the node answer 404 where nothing was deleted; a sequence then ends there. The result is readable all the same.</param>
    /// <returns>The request.</returns>
    /// <exception cref="ArgumentException">No hash, or something else among them.</exception>
    public static StorageRequest<SwarmResult> Delete(SwarmCredentials credentials, IEnumerable<string> hashes, bool required = false) =>
        new DeleteRequest(credentials, hashes) { Required = required };

    /// <summary>Deletes every message of a namespace, or of the whole account (protocol/21 §7.4).</summary>
    /// <param name="credentials">The right to delete.</param>
    /// <param name="space">The namespace; null for everything the account has on the network.</param>
    /// <returns>The request.</returns>
    public static StorageRequest<SwarmResult> DeleteAll(SwarmCredentials credentials, SwarmNamespace? space) =>
        space is { } one ? DeleteAllRequest.InNamespace(credentials, one) : DeleteAllRequest.Everything(credentials);

    /// <summary>
    /// Deletes the messages of one namespace that are as old as a given time or older (protocol/21 §7.5).
    /// There is no form for all namespaces: nodes delete, and then answer 500.
    /// </summary>
    /// <param name="credentials">The right to delete.</param>
    /// <param name="space">The namespace.</param>
    /// <param name="before">Newest timestamp that is deleted; not in the future.</param>
    /// <returns>The request.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The time is in January 1970.</exception>
    public static StorageRequest<SwarmResult> DeleteBefore(SwarmCredentials credentials, SwarmNamespace space, DateTimeOffset before) =>
        new DeleteBeforeRequest(credentials, space, before);

    /// <summary>Sets one time of expiry for messages (protocol/21 §7.6). Nodes cut times beyond 30 days off: read the expiry in the answer.</summary>
    /// <param name="credentials">The right to write; without the right to delete the time can only become later.</param>
    /// <param name="hashes">One or more message hashes.</param>
    /// <param name="expiry">The new time.</param>
    /// <param name="change">Which messages are changed.</param>
    /// <returns>The request.</returns>
    /// <exception cref="ArgumentException">No hash, or something else among them.</exception>
    public static StorageRequest<SwarmResult> Expire(SwarmCredentials credentials, IEnumerable<string> hashes, DateTimeOffset expiry, ExpiryChange change = ExpiryChange.Set) =>
        new ExpireRequest(credentials, hashes, expiry, change);

    /// <summary>Sets a time of expiry for each message (protocol/21 §7.6).</summary>
    /// <param name="credentials">The right to write; without the right to delete the time can only become later.</param>
    /// <param name="expiries">Message hashes and their new times, one or more.</param>
    /// <param name="change">Which messages are changed.</param>
    /// <returns>The request.</returns>
    /// <exception cref="ArgumentException">No hash, or something else among them.</exception>
    public static StorageRequest<SwarmResult> ExpireEach(
        SwarmCredentials credentials, IReadOnlyCollection<KeyValuePair<string, DateTimeOffset>> expiries, ExpiryChange change = ExpiryChange.Set) =>
        new ExpireRequest(credentials, expiries, change);

    /// <summary>Makes every message of a namespace, or of the whole account, expire at a time unless it would earlier (protocol/21 §7.7).</summary>
    /// <param name="credentials">The right to delete.</param>
    /// <param name="space">The namespace; null for everything the account has on the network.</param>
    /// <param name="expiry">The latest time of expiry from now on.</param>
    /// <returns>The request.</returns>
    public static StorageRequest<SwarmResult> ExpireAll(SwarmCredentials credentials, SwarmNamespace? space, DateTimeOffset expiry) =>
        space is { } one ? ExpireAllRequest.InNamespace(credentials, one, expiry) : ExpireAllRequest.Everything(credentials, expiry);

    /// <summary>Asks one node when messages expire (protocol/21 §7.8).</summary>
    /// <param name="credentials">The right to read.</param>
    /// <param name="hashes">One or more message hashes.</param>
    /// <returns>The request. Its result is milliseconds since 1970 by hash; a message that the node does not have is absent.</returns>
    /// <exception cref="ArgumentException">No hash, or something else among them.</exception>
    public static StorageRequest<IReadOnlyDictionary<string, long>> GetExpiries(SwarmCredentials credentials, IEnumerable<string> hashes) =>
        new GetExpiriesRequest(credentials, hashes);

    /// <summary>
    /// Takes the rights of subaccount tokens away (protocol/21 §7.9). Nodes that hold no message of the account answer success and
    /// forget it: store something first.
    /// </summary>
    /// <param name="credentials">The account's own key.</param>
    /// <param name="tokens">1 to 50 tokens.</param>
    /// <returns>The request.</returns>
    /// <exception cref="ArgumentException">Too many tokens, none, or credentials of a subaccount.</exception>
    public static StorageRequest<SwarmResult> RevokeSubaccounts(SwarmCredentials credentials, IEnumerable<SubaccountToken> tokens) =>
        RevokeSubaccountsRequest.Revoke(credentials, tokens);

    /// <summary>Gives the rights of subaccount tokens back (protocol/21 §7.9).</summary>
    /// <param name="credentials">The account's own key.</param>
    /// <param name="tokens">1 to 50 tokens.</param>
    /// <returns>The request.</returns>
    /// <exception cref="ArgumentException">Too many tokens, none, or credentials of a subaccount.</exception>
    public static StorageRequest<SwarmResult> RestoreSubaccounts(SwarmCredentials credentials, IEnumerable<SubaccountToken> tokens) =>
        RevokeSubaccountsRequest.Restore(credentials, tokens);

    /// <summary>
    /// Several requests to one node in one go, which it runs at once (protocol/21 §7.10). Look at each part: a swarm-wide part can
    /// come back without any confirmation.
    /// </summary>
    /// <param name="requests">1 to 20 requests about one account.</param>
    /// <returns>The request.</returns>
    /// <exception cref="ArgumentException">None or too many, several accounts, or a batch among them.</exception>
    public static StorageRequest<BatchResult> Batch(IEnumerable<StorageRequest> requests) => BatchRequest.Parallel(requests);

    /// <summary>As <see cref="Batch"/>, but one after the other until one fails.</summary>
    /// <param name="requests">1 to 20 requests about one account.</param>
    /// <returns>The request.</returns>
    /// <exception cref="ArgumentException">None or too many, several accounts, or a batch among them.</exception>
    public static StorageRequest<BatchResult> Sequence(IEnumerable<StorageRequest> requests) => BatchRequest.OneByOne(requests);
}
