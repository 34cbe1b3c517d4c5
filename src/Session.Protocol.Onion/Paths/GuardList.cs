using Session.Protocol.Accounts;

namespace Session.Protocol.Onion.Paths;

/// <summary>
/// The guards that are kept, in the order in which they were chosen, each for ten days: every further guard is one more node that
/// learns this machine's address, and a guard that is kept for ever could be waited for. Safe for concurrent use.
/// </summary>
internal sealed class GuardList(TimeSpan lifetime, TimeProvider time)
{
    /// <summary>Four times the usual two: enough to come back to after bad days, few enough to bound who learns our address.</summary>
    public const int MaxGuards = 8;

    private readonly Lock _lock = new();
    private readonly List<KeptGuard> _guards = [];
    private int _version;

    /// <summary>All guards, expired ones left out, and a number that goes up with every change.</summary>
    public (KeptGuard[] Guards, int Version) Snapshot()
    {
        lock (_lock)
        {
            return ([.. _guards.Where(IsAlive)], _version);
        }
    }

    /// <summary>True for a guard that is kept and may go on being used.</summary>
    public bool Holds(Ed25519PublicKey node)
    {
        lock (_lock)
        {
            return _guards.Exists(guard => guard.Node == node && IsAlive(guard));
        }
    }

    /// <summary>Takes over what an earlier run kept. What is expired, or chosen in the future, is left out.</summary>
    public void Restore(IReadOnlyList<KeptGuard> guards)
    {
        lock (_lock)
        {
            _guards.Clear();
            _guards.AddRange(guards.Where(IsAlive).DistinctBy(guard => guard.Node).Take(MaxGuards));
        }
    }

    /// <summary>A guard answered: it is kept from now on. Those for which <paramref name="isOut"/> is true, or whose time is over, make room.</summary>
    /// <param name="node">The guard.</param>
    /// <param name="isOut">Tells guards that failed too often; believed only now, when another one shows that the network can be reached at all.</param>
    public void Keep(Ed25519PublicKey node, Func<Ed25519PublicKey, bool> isOut)
    {
        lock (_lock)
        {
            int removed = _guards.RemoveAll(guard => !IsAlive(guard) || (guard.Node != node && isOut(guard.Node)));
            bool isNew = !_guards.Exists(guard => guard.Node == node);
            if (isNew)
            {
                if (_guards.Count == MaxGuards)
                {
                    // The last one chosen: whoever blocks our connections must not be able to push out the first.
                    _guards.RemoveAt(MaxGuards - 1);
                }

                _guards.Add(new KeptGuard(node, time.GetUtcNow()));
            }

            if (isNew || removed > 0)
            {
                _version++;
            }
        }
    }

    private bool IsAlive(KeptGuard guard)
    {
        DateTimeOffset now = time.GetUtcNow();
        return guard.Since <= now && now - guard.Since < lifetime;
    }
}
