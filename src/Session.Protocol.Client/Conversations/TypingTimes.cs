using System.Collections.Concurrent;
using Session.Protocol.Accounts;

namespace Session.Protocol.Client.Conversations;

/// <summary>Who types, and to whom we said that we do (protocol/13 §3). In memory: it is over in seconds. Safe for concurrent use.</summary>
internal sealed class TypingTimes(TimeProvider time)
{
    /// <summary>How long somebody is shown as typing who says nothing more.</summary>
    public static readonly TimeSpan Shown = TimeSpan.FromSeconds(15);

    /// <summary>How often it is said again while it goes on.</summary>
    public static readonly TimeSpan Repeat = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<AccountId, long> _theirs = new();
    private readonly ConcurrentDictionary<AccountId, long> _ours = new();

    public bool IsTyping(AccountId account) => IsYoung(_theirs, account, Shown);

    public void TheyType(AccountId account)
    {
        Sweep(_theirs, Shown);
        _theirs[account] = time.GetTimestamp();
    }

    public void TheyStopped(AccountId account) => _theirs.TryRemove(account, out _);

    /// <summary>Whether it is time to say that we type. Claims the turn.</summary>
    public bool MaySay(AccountId account)
    {
        Sweep(_ours, Repeat);
        return _ours.TryAdd(account, time.GetTimestamp());
    }

    /// <summary>Whether they believe that we type. It is over with this.</summary>
    public bool Stop(AccountId account) => _ours.TryRemove(account, out long at) && time.GetElapsedTime(at) < Shown;

    private bool IsYoung(ConcurrentDictionary<AccountId, long> times, AccountId account, TimeSpan age) =>
        times.TryGetValue(account, out long at) && time.GetElapsedTime(at) < age;

    // Only contacts come in here, and each stays for seconds.
    private void Sweep(ConcurrentDictionary<AccountId, long> times, TimeSpan age)
    {
        foreach (KeyValuePair<AccountId, long> entry in times)
        {
            if (time.GetElapsedTime(entry.Value) >= age)
            {
                times.TryRemove(entry);
            }
        }
    }
}
