using Session.Protocol.Accounts;
using Session.Protocol.Cryptography;
using Session.Protocol.Onion.Nodes;

namespace Session.Protocol.Onion.Paths;

/// <summary>
/// Which paths there are and what becomes of them: proposed, ready after their guard was tested, struck by failures, replaced or given
/// up (protocol/22 §2, protocol/20 §4). A pure state machine without I/O; not safe for concurrent use.
/// </summary>
internal sealed class PathMachine
{
    private readonly PathOptions _options;
    private readonly IRandomSource _random;
    private readonly StrikeList _nodeStrikes;
    private readonly List<Entry> _entries = [];
    private IReadOnlyList<ServiceNode> _nodes = [];

    public PathMachine(PathOptions options, IRandomSource random, TimeProvider time)
    {
        options.Validate();
        _options = options;
        _random = random;
        _nodeStrikes = new StrikeList(options.StrikeLimit, options.StrikeLifetime, time);
    }

    /// <summary>True when hops may share a /24.</summary>
    public bool NetworkRuleRelaxed => _options.NetworkDiversity switch
    {
        NetworkDiversity.Off => true,
        NetworkDiversity.UnlessOneAddress => PathChooser.ShareOneAddress(_nodes),
        _ => false,
    };

    /// <summary>True when fewer paths are ready or proposed than wanted.</summary>
    public bool WantsMore => _entries.Count < _options.PathCount;

    /// <summary>The ready paths.</summary>
    public OnionPath[] Ready => [.. _entries.Where(entry => entry.IsReady).Select(entry => entry.Path)];

    /// <summary>Takes over a node list. A path with a node that is gone or has moved is given up.</summary>
    public void SetNodes(IReadOnlyList<ServiceNode> nodes)
    {
        if (ReferenceEquals(nodes, _nodes))
        {
            return;
        }

        _nodes = nodes;
        _nodeStrikes.Keep(nodes);
        Dictionary<Ed25519PublicKey, ServiceNode> known = nodes.DistinctBy(node => node.IdentityKey).ToDictionary(node => node.IdentityKey);
        _ = _entries.RemoveAll(entry => entry.Path.Hops.Any(hop =>
            !known.TryGetValue(hop.IdentityKey, out ServiceNode? now) || !now.Address.Equals(hop.Address) || now.HttpsPort != hop.HttpsPort));
    }

    /// <summary>A ready path at random that neither is <paramref name="except"/> nor holds the destination.</summary>
    public OnionPath? Choose(Ed25519PublicKey? destination, OnionPath? except)
    {
        OnionPath[] usable = [.. Ready.Where(path => path != except && (destination is not { } node || !path.Contains(node)))];
        return usable.Length == 0 ? null : usable[_random.Next(usable.Length)];
    }

    /// <summary>
    /// A new path whose guard is to be tested, out of nodes that no path uses; null when there are too few. When a request
    /// <paramref name="waits"/> for it, failures are forgiven first, then paths that hold the destination given up, then all others.
    /// </summary>
    public OnionPath? Propose(Ed25519PublicKey? destination, bool waits)
    {
        OnionPath? path = TryChoose(destination);
        if (path is null && waits && _nodeStrikes.Clear())
        {
            path = TryChoose(destination);
        }

        if (path is null && waits && destination is { } node && _entries.RemoveAll(entry => entry.Path.Contains(node)) > 0)
        {
            path = TryChoose(destination);
        }

        // A network too small for so many paths: this one takes the nodes of the others.
        if (path is null && waits && _entries.Count > 0)
        {
            _entries.Clear();
            path = TryChoose(destination);
        }

        if (path is not null)
        {
            _entries.Add(new Entry(path));
        }

        return path;
    }

    /// <summary>The guard of a proposed path answered.</summary>
    public void Accept(OnionPath path)
    {
        if (Find(path) is { } entry)
        {
            entry.IsReady = true;
        }
    }

    /// <summary>A proposed path is not used: its guard failed, or nobody waits for it any more.</summary>
    public void Reject(OnionPath path, bool guardFailed)
    {
        _ = _entries.RemoveAll(entry => entry.Path == path);
        if (guardFailed)
        {
            _nodeStrikes.Add(path.Guard.IdentityKey);
        }
    }

    /// <summary>A request went through: failures before it do not count.</summary>
    public void Succeeded(OnionPath path)
    {
        if (Find(path) is { } entry)
        {
            entry.Strikes = 0;
        }
    }

    /// <summary>A request failed somewhere on the path. At the limit the path is given up and each of its nodes gets a strike. True when it was.</summary>
    public bool StrikePath(OnionPath path)
    {
        if (Find(path) is not { } entry || ++entry.Strikes < _options.StrikeLimit)
        {
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
    /// Takes a node out of its path and puts another in its place; without another, or for a guard, which would have to be tested
    /// first, the path is given up. True when there was such a path.
    /// </summary>
    public bool Replace(Ed25519PublicKey node)
    {
        int at = _entries.FindIndex(entry => entry.Path.Contains(node));
        if (at < 0)
        {
            return false;
        }

        Entry old = _entries[at];
        int hop = old.Path.IndexOf(node);
        ServiceNode[] kept = [.. old.Path.Hops.Where((_, index) => index != hop)];
        ServiceNode[]? hops = hop == 0 || !old.IsReady ? null : PathChooser.Choose(_nodes, kept, _options.HopCount, !NetworkRuleRelaxed, IsTaken, _random);
        if (hops is null)
        {
            _entries.RemoveAt(at);
            return true;
        }

        // The newcomer is the last; it belongs where the other was.
        ServiceNode[] ordered = [.. hops[..hop], hops[^1], .. hops[hop..^1]];
        _entries[at] = new Entry(new OnionPath(ordered)) { IsReady = true };
        return true;
    }

    private OnionPath? TryChoose(Ed25519PublicKey? destination)
    {
        ServiceNode[]? hops = PathChooser.Choose(
            _nodes, [], _options.HopCount, !NetworkRuleRelaxed, node => IsTaken(node) || node.IdentityKey == destination, _random);
        return hops is null ? null : new OnionPath(hops);
    }

    private bool IsTaken(ServiceNode node) => _nodeStrikes.IsOut(node.IdentityKey) || _entries.Exists(entry => entry.Path.Contains(node.IdentityKey));

    private Entry? Find(OnionPath path) => _entries.Find(entry => entry.Path == path);

    private sealed class Entry(OnionPath path)
    {
        public OnionPath Path { get; } = path;

        public bool IsReady { get; set; }

        public int Strikes { get; set; }
    }
}
