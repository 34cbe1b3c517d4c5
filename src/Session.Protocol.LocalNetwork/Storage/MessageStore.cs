using System.Diagnostics.CodeAnalysis;
using Session.Protocol.Accounts;

namespace Session.Protocol.LocalNetwork.Storage;

/// <summary>
/// The memory of one node: the mailboxes of the accounts of its swarm. Accounts are named by 66 lower-case hexadecimal
/// digits. Expired messages go in a sweep at most every ten seconds of the network's clock, run when somebody looks.
/// Safe for concurrent use.
/// </summary>
internal sealed class MessageStore(TimeProvider clock)
{
    /// <summary>The real server's sweep (protocol/26 §4).</summary>
    private const long SweepInterval = 10_000;

    /// <summary>The real server's database limit, 3.5 GB (protocol/21 §7.1).</summary>
    private const long MaxBytes = 3_500_000_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Mailbox> _mailboxes = new(StringComparer.Ordinal);
    private long _bytes;
    private long _lastSweep = clock.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Whoever has ever stored anything here.</summary>
    public IReadOnlyList<string> Accounts => Locked(() => _mailboxes.Keys.ToList());

    /// <summary>Stores a message, or raises the expiry of one that is there already.</summary>
    /// <returns>False when the store is full.</returns>
    public bool TryStore(string account, StoredMessage message, bool replaceOthers, out bool already, out long expiry)
    {
        lock (_lock)
        {
            Sweep();
            if (!_mailboxes.TryGetValue(account, out Mailbox? mailbox))
            {
                _mailboxes.Add(account, mailbox = new Mailbox());
            }

            already = mailbox.TryGet(message.Hash, out StoredMessage? known);
            expiry = known is null ? message.Expiry : known.Expiry = Math.Max(known.Expiry, message.Expiry);
            if (known is null && _bytes + message.Data.Length > MaxBytes)
            {
                return false;
            }

            if (replaceOthers)
            {
                Remove(mailbox, other => other.Namespace == message.Namespace && !ReferenceEquals(other, known));
            }

            if (known is null)
            {
                mailbox.Add(message);
                _bytes += message.Data.Length;
            }

            return true;
        }
    }

    /// <summary>Looks into a mailbox under the lock; the default value when the account has never stored anything here.</summary>
    public T? Read<T>(string account, Func<Mailbox, T> look) => Locked(() => _mailboxes.TryGetValue(account, out Mailbox? mailbox) ? look(mailbox) : default);

    /// <summary>Removes messages, and names them.</summary>
    public IReadOnlyList<StoredMessage> Delete(string account, Func<StoredMessage, bool> condition) =>
        Read(account, mailbox => Remove(mailbox, condition)) ?? [];

    /// <summary>Whether the account revoked this token here.</summary>
    public bool IsRevoked(string account, SubaccountToken token) => Read(account, mailbox => mailbox.Revoked.Contains(token));

    /// <summary>Everything held of an account, for handing over when swarms change.</summary>
    public (List<StoredMessage> Messages, List<SubaccountToken> Revoked) Copy(string account) =>
        Locked(() => _mailboxes.TryGetValue(account, out Mailbox? mailbox) ? (mailbox.All.ToList(), mailbox.Revoked.ToList()) : ([], []));

    /// <summary>Takes over what another member holds.</summary>
    public void Absorb(string account, IEnumerable<StoredMessage> messages, IEnumerable<SubaccountToken> revoked)
    {
        foreach (StoredMessage message in messages)
        {
            TryStore(account, message.Copy(), replaceOthers: false, out _, out _);
        }

        Read(account, mailbox =>
        {
            foreach (SubaccountToken token in revoked)
            {
                mailbox.Revoke(token);
            }

            return true;
        });
    }

    private List<StoredMessage> Remove(Mailbox mailbox, Func<StoredMessage, bool> condition)
    {
        List<StoredMessage> gone = mailbox.Remove(condition);
        _bytes -= gone.Sum(message => (long)message.Data.Length);
        return gone;
    }

    private T Locked<T>([DisallowNull] Func<T> action)
    {
        lock (_lock)
        {
            Sweep();
            return action();
        }
    }

    private void Sweep()
    {
        long now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        if (now - _lastSweep < SweepInterval)
        {
            return;
        }

        _lastSweep = now;
        foreach (Mailbox mailbox in _mailboxes.Values)
        {
            Remove(mailbox, message => message.Expiry < now);
        }
    }
}
