using System.Diagnostics.CodeAnalysis;
using Session.Protocol.Accounts;

namespace Session.Protocol.LocalNetwork.Storage;

/// <summary>
/// What one node holds of one account: messages by namespace in the order in which they were stored, and the revoked
/// subaccounts. Not safe for concurrent use: <see cref="MessageStore"/> holds the lock.
/// </summary>
internal sealed class Mailbox
{
    /// <summary>A node keeps the newest fifty revocations of an account (protocol/21 §4).</summary>
    public const int MaxRevocations = 50;

    private readonly Dictionary<string, StoredMessage> _byHash = new(StringComparer.Ordinal);
    private readonly SortedDictionary<short, List<StoredMessage>> _byNamespace = [];
    private readonly List<SubaccountToken> _revoked = [];

    public IReadOnlyList<SubaccountToken> Revoked => _revoked;

    public IEnumerable<StoredMessage> All => _byNamespace.Values.SelectMany(messages => messages);

    public IReadOnlyList<StoredMessage> In(short ns) => _byNamespace.TryGetValue(ns, out List<StoredMessage>? messages) ? messages : [];

    public bool TryGet(string hash, [NotNullWhen(true)] out StoredMessage? message) => _byHash.TryGetValue(hash, out message);

    public void Add(StoredMessage message)
    {
        _byHash.Add(message.Hash, message);
        if (!_byNamespace.TryGetValue(message.Namespace, out List<StoredMessage>? messages))
        {
            _byNamespace.Add(message.Namespace, messages = []);
        }

        messages.Add(message);
    }

    /// <summary>Removes what the condition names and returns it.</summary>
    public List<StoredMessage> Remove(Func<StoredMessage, bool> condition)
    {
        List<StoredMessage> gone = [.. All.Where(condition)];
        foreach (IGrouping<short, StoredMessage> group in gone.GroupBy(message => message.Namespace))
        {
            var hashes = group.ToHashSet();
            _byNamespace[group.Key].RemoveAll(hashes.Contains);
        }

        gone.ForEach(message => _byHash.Remove(message.Hash));
        return gone;
    }

    public void Revoke(SubaccountToken token)
    {
        _revoked.Remove(token);
        _revoked.Add(token);
        if (_revoked.Count > MaxRevocations)
        {
            _revoked.RemoveAt(0);
        }
    }

    public bool Unrevoke(SubaccountToken token) => _revoked.Remove(token);
}
