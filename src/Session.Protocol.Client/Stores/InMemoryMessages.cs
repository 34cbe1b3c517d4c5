using System.Security.Cryptography;
using Session.Protocol.Accounts;

namespace Session.Protocol.Client.Stores;

/// <summary>The messages of an <see cref="InMemoryAccountStore"/>. Not safe for concurrent use.</summary>
internal sealed class InMemoryMessages
{
    private readonly Dictionary<MessageKey, Row> _rows = [];
    private readonly Dictionary<AccountId, SortedSet<(long Number, MessageKey Key)>> _conversations = [];

    /// <exception cref="ArgumentException">A message without conversation, or of a size that the contract does not allow: none is applied.</exception>
    public static void Check(IReadOnlyList<MessageChange> changes)
    {
        if (!changes.All(x => x.IsValid))
        {
            throw new ArgumentException($"A message needs a conversation and 1 to {MessageChange.MaxValueSize} bytes.", nameof(changes));
        }
    }

    public IReadOnlyList<MessageEntry> List(AccountId conversation, long before, int limit, DateTimeOffset now)
    {
        if (!_conversations.TryGetValue(conversation, out SortedSet<(long Number, MessageKey Key)>? messages))
        {
            return [];
        }

        // Numbers begin with 1.
        return [.. messages.GetViewBetween(default, (Math.Max(before, 1) - 1, default)).Reverse()
            .Select(x => (x.Number, Row: _rows[x.Key]))
            .Where(x => x.Row.ExpiresAt is not { } end || end > now)
            .Take(limit)
            .Select(x => new MessageEntry(x.Number, x.Row.Value.ToArray(), x.Row.ExpiresAt))];
    }

    public void Apply(MessageChange change)
    {
        switch (change.Kind)
        {
            case MessageChangeKind.Put:
                Put(change, change.Conversation!.Value);
                break;
            case MessageChangeKind.Expire:
                if (_rows.TryGetValue(change.Key, out Row? row) && (change.ExpiresAt is not { } end || row.ExpiresAt is not { } earlier || end < earlier))
                {
                    _rows[change.Key] = row with { ExpiresAt = change.ExpiresAt };
                }

                break;
            case MessageChangeKind.Delete:
                if (change.Conversation is null || (_rows.TryGetValue(change.Key, out Row? found) && found.Conversation == change.Conversation))
                {
                    Remove(change.Key);
                }

                break;
            case MessageChangeKind.Clear:
                Remove(_rows.Where(x => x.Value.Conversation == change.Conversation));
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(change));
        }
    }

    public void Sweep(DateTimeOffset now) => Remove(_rows.Where(x => x.Value.ExpiresAt <= now));

    public void Clear() => Remove(_rows);

    private void Put(MessageChange change, AccountId conversation)
    {
        if (_rows.TryGetValue(change.Key, out Row? known))
        {
            CryptographicOperations.ZeroMemory(known.Value);
            _rows[change.Key] = known with { Value = change.Value.ToArray(), ExpiresAt = change.ExpiresAt };
            return;
        }

        if (!_conversations.TryGetValue(conversation, out SortedSet<(long Number, MessageKey Key)>? messages))
        {
            _conversations.Add(conversation, messages = new SortedSet<(long Number, MessageKey Key)>(Comparer<(long Number, MessageKey Key)>.Create((x, y) => x.Number.CompareTo(y.Number))));
        }

        long number = messages.Max.Number + 1;
        messages.Add((number, change.Key));
        _rows.Add(change.Key, new Row(conversation, number, change.Value.ToArray(), change.ExpiresAt));
        while (messages.Min.Number <= number - change.MaxMessages)
        {
            Remove(messages.Min.Key);
        }
    }

    private void Remove(IEnumerable<KeyValuePair<MessageKey, Row>> rows)
    {
        foreach (MessageKey key in rows.Select(x => x.Key).ToArray())
        {
            Remove(key);
        }
    }

    private void Remove(MessageKey key)
    {
        if (_rows.Remove(key, out Row? row))
        {
            CryptographicOperations.ZeroMemory(row.Value);
            SortedSet<(long Number, MessageKey Key)> messages = _conversations[row.Conversation];
            messages.Remove((row.Number, key));
            if (messages.Count == 0)
            {
                _conversations.Remove(row.Conversation);
            }
        }
    }

    private sealed record Row(AccountId Conversation, long Number, byte[] Value, DateTimeOffset? ExpiresAt);
}
