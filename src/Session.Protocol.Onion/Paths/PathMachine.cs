using Session.Protocol.Accounts;
using Session.Protocol.Cryptography;
using Session.Protocol.Onion.Nodes;

namespace Session.Protocol.Onion.Paths;

/// <summary>
/// Which paths there are and what becomes of them: proposed, ready after they were tested, struck by failures, mended, followed by a
/// fresh one or given up (protocol/22 §2, protocol/20 §4). A pure state machine without I/O; not safe for concurrent use.
/// </summary>
internal sealed class PathMachine
{
    /// <summary>Wait before the hops of a path are to be changed again, after the new ones did not pass their test.</summary>
    private static readonly TimeSpan RotationRetry = TimeSpan.FromMinutes(1);

    /// <summary>Draws for one path, when other clients of this process have the same one. More are needed only in networks of a few nodes.</summary>
    private const int MaxDraws = 16;

    private readonly PathOptions _options;
    private readonly IRandomSource _random;
    private readonly TimeProvider _time;
    private readonly StrikeList _nodeStrikes;
    private readonly GuardList _guards;
    private readonly PathRegistry? _registry;
    private readonly List<PathEntry> _entries = [];
    private IReadOnlyList<ServiceNode> _nodes = [];
    private Dictionary<Ed25519PublicKey, ServiceNode> _known = [];
    private ServiceNode[]? _orphanedHops;

    /// <param name="options">The rules.</param>
    /// <param name="guards">The guards that are kept, shared with forks.</param>
    /// <param name="registry">Keeps the clients of this process off the same paths; null when they may share.</param>
    /// <param name="random">Where chance comes from.</param>
    /// <param name="time">The local clock.</param>
    public PathMachine(PathOptions options, GuardList guards, PathRegistry? registry, IRandomSource random, TimeProvider time)
    {
        options.Validate();
        _options = options;
        _random = random;
        _time = time;
        _nodeStrikes = new StrikeList(options.StrikeLimit, options.StrikeLifetime, time);
        _guards = guards;
        _registry = registry;
    }

    /// <summary>True when hops may share a /24.</summary>
    public bool NetworkRuleRelaxed => _options.NetworkDiversity switch
    {
        NetworkDiversity.Off => true,
        NetworkDiversity.UnlessOneAddress => PathChooser.ShareOneAddress(_nodes),
        _ => false,
    };

    /// <summary>Paths that are kept ready.</summary>
    public int PathCount => _options.PathCount;

    /// <summary>True when fewer paths are ready or proposed than wanted.</summary>
    public bool WantsMore => _entries.Count(entry => entry.Replaces is not { } old || !_entries.Contains(old)) < _options.PathCount;

    /// <summary>True when a path's hops behind the guard are due to be changed.</summary>
    public bool WantsRotation => _entries.Exists(IsDue);

    /// <summary>A ready path of which it is not sure that requests come through; null when there is none.</summary>
    public OnionPath? InDoubt => _entries.Find(entry => entry.IsReady && entry.IsInDoubt)?.Path;

    /// <summary>Time until the next path's hops are due to be changed; null while no path is ready.</summary>
    public TimeSpan? UntilRotation => _entries.Where(entry => entry.IsReady).Min(entry => (long?)entry.RotateAt) is { } next
        ? _time.GetElapsedTime(_time.GetTimestamp(), next)
        : null;

    /// <summary>The ready paths.</summary>
    public OnionPath[] Ready => [.. _entries.Where(entry => entry.IsReady).Select(entry => entry.Path)];

    /// <summary>Takes over a node list. A path with a node that is gone or has moved is given up. True when there was one.</summary>
    public bool SetNodes(IReadOnlyList<ServiceNode> nodes)
    {
        if (ReferenceEquals(nodes, _nodes))
        {
            return false;
        }

        _nodes = nodes;
        _nodeStrikes.Keep(nodes);
        _known = nodes.DistinctBy(node => node.IdentityKey).ToDictionary(node => node.IdentityKey);
        return _entries.RemoveAll(entry => !entry.Path.Hops.All(IsAsKnown)) > 0;
    }

    /// <summary>
    /// A ready path that neither is <paramref name="except"/> nor holds the destination: at random out of those that failed least, so that
    /// a request after a failure goes another way.
    /// </summary>
    public OnionPath? Choose(Ed25519PublicKey? destination, OnionPath? except)
    {
        PathEntry[] usable = [.. _entries.Where(
            entry => entry.IsReady && entry.Path != except && (destination is not { } node || !entry.Path.Contains(node)))];
        if (usable.Length == 0)
        {
            return null;
        }

        int fewest = usable.Min(entry => entry.Doubts);
        PathEntry[] best = [.. usable.Where(entry => entry.Doubts == fewest)];
        return best[_random.Next(best.Length)].Path;
    }

    /// <summary>
    /// A new path that is to be tested, out of nodes that no path uses, entering through a kept guard if one is free; null when there are
    /// too few nodes. When a request <paramref name="waits"/> for it, paths that hold the destination are given up for it, then all
    /// others, and failures are forgiven when there would be none otherwise.
    /// </summary>
    public OnionPath? Propose(Ed25519PublicKey? destination, bool waits)
    {
        OnionPath? path = Draw(destination);
        if (path is null && waits && destination is { } node && _entries.RemoveAll(entry => entry.Path.Contains(node)) > 0)
        {
            path = Draw(destination);
        }

        // A network too small for so many paths: this one takes the nodes of the others.
        if (path is null && waits && _entries.Count > 0)
        {
            _entries.Clear();
            path = Draw(destination);
        }

        // Behind the back of requests a path is tried out to its end, so nodes that failed may show that they are well again. They are not
        // forgiven for that: a request that waits must not meet them.
        if (path is null && !waits)
        {
            path = Draw(() => DrawHops(destination, IsInAPath));
        }
        else if (path is null && _nodeStrikes.Clear())
        {
            path = Draw(destination);
        }

        if (path is not null)
        {
            _entries.Add(new PathEntry(path, replaces: null));
        }

        return path;
    }

    /// <summary>
    /// A path that is to be tested and then to follow one whose time is over: through the same guard while that is kept, behind it other
    /// nodes. A path more than wanted goes without successor. Null when nothing is due or there are no other nodes.
    /// </summary>
    public OnionPath? ProposeRotation()
    {
        while (_entries.Find(IsDue) is { } old)
        {
            if (_entries.Count(entry => entry.IsReady) > _options.PathCount)
            {
                _ = _entries.Remove(old);
                continue;
            }

            bool keepsGuard = _guards.Holds(old.Path.Guard.IdentityKey) && !_nodeStrikes.IsOut(old.Path.Guard.IdentityKey);
            ServiceNode? guard = keepsGuard ? old.Path.Guard : FreeGuard(IsTaken, []);
            if (Draw(() => Complete(guard, IsTaken) ?? Complete(guard, node => IsTaken(node) && !old.Path.Contains(node.IdentityKey))) is { } path)
            {
                _entries.Add(new PathEntry(path, old));
                return path;
            }

            old.RotateAt = After(_options.RotationInterval);
        }

        return null;
    }

    /// <summary>A proposed path passed its test. Its guard is kept from now on, and the path that it replaces is not used any more.</summary>
    public void Accept(OnionPath path)
    {
        if (Find(path) is { } entry)
        {
            entry.IsReady = true;
            entry.RotateAt = After(_options.RotationInterval);
            _ = entry.Replaces is { } old && _entries.Remove(old);
            _nodeStrikes.Forgive(path.Guard.IdentityKey);
            _guards.Keep(path.Guard.IdentityKey, _nodeStrikes.IsOut);
        }
    }

    /// <summary>A proposed path is not used: its test failed, or nobody waits for it any more.</summary>
    public void Reject(OnionPath path, bool guardFailed)
    {
        if (Find(path) is { } entry)
        {
            _ = _entries.Remove(entry);
            if (entry.Replaces is { } old)
            {
                old.RotateAt = After(RotationRetry);
            }
        }

        if (guardFailed)
        {
            _nodeStrikes.Add(path.Guard.IdentityKey);
        }
    }

    /// <summary>A request went through: it makes good for one failure of the path and of each of its nodes.</summary>
    public void Succeeded(OnionPath path)
    {
        if (Find(path) is { } entry)
        {
            entry.Strikes = Math.Max(0, entry.Strikes - 1);
            entry.IsInDoubt = false;
        }

        foreach (ServiceNode hop in path.AsSpan())
        {
            _nodeStrikes.Forgive(hop.IdentityKey);
        }
    }

    /// <summary>A request failed somewhere on the path. At the limit the path is given up and each of its nodes gets a strike. True when it was.</summary>
    public bool StrikePath(OnionPath path)
    {
        if (Find(path) is not { } entry)
        {
            return false;
        }

        if (++entry.Strikes < _options.StrikeLimit)
        {
            entry.IsInDoubt = true;
            return false;
        }

        _ = _entries.Remove(entry);
        foreach (ServiceNode hop in path.Hops)
        {
            _nodeStrikes.Add(hop.IdentityKey);
        }

        return true;
    }

    /// <summary>A node failed. At the limit it is replaced in its path and not chosen again. True when that changed a path.</summary>
    public bool StrikeNode(Ed25519PublicKey node)
    {
        _nodeStrikes.Add(node);
        return _nodeStrikes.IsOut(node) && Replace(node);
    }

    /// <summary>
    /// A hop does not answer when it is asked through those before it: it is replaced and not chosen again. It may have been the hop before
    /// it that does not pass on, so that one gets a strike. True when a path was changed.
    /// </summary>
    public bool Condemn(OnionPath path, ServiceNode silent)
    {
        int at = path.IndexOf(silent.IdentityKey);
        _nodeStrikes.AddAll(silent.IdentityKey);
        return Replace(silent.IdentityKey) | (at > 0 && StrikeNode(path.Hops[at - 1].IdentityKey));
    }

    /// <summary>
    /// Takes a node out of its path and puts another in its place. Without another the path is given up; also for a guard, which must be
    /// tested first: the next path that is proposed then has the hops of this one behind another guard. True when there was such a path.
    /// </summary>
    public bool Replace(Ed25519PublicKey node)
    {
        bool any = false;
        for (int at; (at = _entries.FindIndex(entry => entry.Path.Contains(node))) >= 0; any = true)
        {
            PathEntry old = _entries[at];
            int hop = old.Path.IndexOf(node);
            ServiceNode[] others = [.. old.Path.Hops.Where((_, index) => index != hop)];
            // The newcomer is the last; it belongs where the other was.
            ServiceNode[]? Mend() => Choose(others, IsTaken) is { } hops ? [.. hops[..hop], hops[^1], .. hops[hop..^1]] : null;
            if (hop == 0 || !old.IsReady || Draw(Mend) is not { } mended)
            {
                _entries.RemoveAt(at);
                _orphanedHops = hop == 0 && old.IsReady ? others : _orphanedHops;
                continue;
            }

            // A successor under test shares the guard, so it goes.
            _entries[at] = new PathEntry(mended, replaces: null) { IsReady = true, IsInDoubt = true, RotateAt = old.RotateAt };
            _ = _entries.RemoveAll(entry => entry.Replaces == old);
        }

        return any;
    }

    /// <summary>Forgives all failures: nobody answered, so it was not the nodes. The kept guards are tried first again.</summary>
    public void Forgive() => _ = _nodeStrikes.Clear();

    /// <summary>Gives the paths back to other clients. It must not be used any more.</summary>
    public void Close() => PathRegistry.Release(this);

    private OnionPath? Draw(Ed25519PublicKey? destination) => Draw(() => DrawHops(destination, IsTaken));

    // In a network so small that there is no path which nobody else in the process has, strangers share: rather that than none.
    private OnionPath? Draw(Func<ServiceNode[]?> chooseHops)
    {
        for (int draw = 0; draw < 2 * MaxDraws && chooseHops() is { } hops; draw++)
        {
            var path = new OnionPath(hops);
            if (_registry is null || _registry.TryClaim(this, path, _entries.Select(entry => entry.Path), sharesWithStrangers: draw >= MaxDraws))
            {
                return path;
            }
        }

        return null;
    }

    private ServiceNode[]? DrawHops(Ed25519PublicKey? destination, Func<ServiceNode, bool> isTaken)
    {
        bool Excluded(ServiceNode node) => isTaken(node) || node.IdentityKey == destination;
        ServiceNode[]? hops = null;
        if (_orphanedHops is { } orphaned && orphaned.All(hop => IsAsKnown(hop) && !Excluded(hop)))
        {
            hops = FreeGuard(Excluded, orphaned) is { } kept ? [kept, .. orphaned]
                : Choose(orphaned, Excluded) is { } chosen ? [chosen[^1], .. orphaned]
                : null;
        }

        _orphanedHops = null;
        return hops ?? Complete(FreeGuard(Excluded, []), Excluded);
    }

    // The oldest kept guard that can be used and fits to the hops. One that failed its last test waits until others were tried.
    private ServiceNode? FreeGuard(Func<ServiceNode, bool> excluded, ServiceNode[] hops)
    {
        foreach (KeptGuard kept in _guards.Snapshot().Guards)
        {
            if (_known.TryGetValue(kept.Node, out ServiceNode? guard) && !excluded(guard) && !_nodeStrikes.IsSuspect(kept.Node)
                && (NetworkRuleRelaxed || !Array.Exists(hops, hop => PathChooser.Network(hop) == PathChooser.Network(guard))))
            {
                return guard;
            }
        }

        return null;
    }

    private ServiceNode[]? Complete(ServiceNode? guard, Func<ServiceNode, bool> excluded) =>
        (guard is null ? null : Choose([guard], excluded)) ?? Choose([], excluded);

    private ServiceNode[]? Choose(ServiceNode[] kept, Func<ServiceNode, bool> excluded) =>
        PathChooser.Choose(_nodes, kept, _options.HopCount, !NetworkRuleRelaxed, excluded, _random);

    private bool IsTaken(ServiceNode node) => _nodeStrikes.IsOut(node.IdentityKey) || IsInAPath(node);

    private bool IsInAPath(ServiceNode node) => _entries.Exists(entry => entry.Path.Contains(node.IdentityKey));

    private bool IsAsKnown(ServiceNode hop) =>
        _known.TryGetValue(hop.IdentityKey, out ServiceNode? now) && now.Address.Equals(hop.Address) && now.HttpsPort == hop.HttpsPort;

    private bool IsDue(PathEntry entry) => entry.IsReady && _time.GetTimestamp() >= entry.RotateAt && !_entries.Exists(other => other.Replaces == entry);

    private long After(TimeSpan time) => _time.GetTimestamp() + (long)(time.TotalSeconds * _time.TimestampFrequency);

    private PathEntry? Find(OnionPath path) => _entries.Find(entry => entry.Path == path);
}
