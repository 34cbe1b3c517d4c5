using System.Collections.Concurrent;
using Session.Protocol.Onion;

namespace Session.Protocol.Storm;

/// <summary>Which messages were sent for sure, and how often each arrived. Safe for concurrent use.</summary>
public sealed class Ledger
{
    private readonly ConcurrentDictionary<string, bool> _missing = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, int> _arrived = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<OnionFault, long> _failures = new();
    private readonly ConcurrentQueue<string> _troubles = new();
    private long _confirmed;
    private long _delivered;

    /// <summary>Messages that a swarm confirmed to hold.</summary>
    public long Confirmed => Interlocked.Read(ref _confirmed);

    /// <summary>Messages of which the sender does not know whether they were stored.</summary>
    public long Unconfirmed => _failures.Values.Sum();

    /// <summary>Why, by name.</summary>
    public IReadOnlyDictionary<OnionFault, long> Faults => _failures;

    /// <summary>Messages that applications got.</summary>
    public long Delivered => Interlocked.Read(ref _delivered);

    /// <summary>Confirmed messages that have not arrived yet.</summary>
    public IReadOnlyList<string> Missing => [.. _missing.Keys];

    /// <summary>Messages that arrived more than once.</summary>
    public IReadOnlyList<string> Repeated => [.. _arrived.Where(pair => pair.Value > 1).Select(pair => $"{pair.Key} ({pair.Value} times)")];

    /// <summary>What must not happen at all: for example a receiving loop that ended.</summary>
    public IReadOnlyCollection<string> Troubles => _troubles;

    public void Confirm(string text)
    {
        Interlocked.Increment(ref _confirmed);
        _missing[text] = true;

        // It may have arrived before the sender heard of it.
        if (_arrived.ContainsKey(text))
        {
            _missing.TryRemove(text, out _);
        }
    }

    public void Fail(OnionFault fault) => _failures.AddOrUpdate(fault, 1, static (_, count) => count + 1);

    public void Arrive(string text)
    {
        Interlocked.Increment(ref _delivered);
        _arrived.AddOrUpdate(text, 1, static (_, count) => count + 1);
        _missing.TryRemove(text, out _);
    }

    public void Trouble(string text) => _troubles.Enqueue(text);
}
