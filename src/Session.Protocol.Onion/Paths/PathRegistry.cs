namespace Session.Protocol.Onion.Paths;

/// <summary>
/// Which paths the forks of one client use, so that no two have the same: the nodes of a path that carries two accounts could tell that
/// they belong together. Safe for concurrent use.
/// </summary>
internal sealed class PathRegistry
{
    private readonly Lock _lock = new();
    private readonly Dictionary<OnionPath, object> _owners = new(new SameHops());

    /// <summary>Gives a path to an owner; false when another one has it. What the owner had and does not use any more is given back.</summary>
    public bool TryClaim(object owner, OnionPath path, IEnumerable<OnionPath> inUse)
    {
        lock (_lock)
        {
            Release(owner, [.. inUse]);
            return _owners.TryAdd(path, owner) || ReferenceEquals(_owners[path], owner);
        }
    }

    /// <summary>Gives back all that an owner has.</summary>
    public void Release(object owner)
    {
        lock (_lock)
        {
            Release(owner, []);
        }
    }

    private void Release(object owner, OnionPath[] except)
    {
        foreach (OnionPath path in _owners.Where(claim => ReferenceEquals(claim.Value, owner)).Select(claim => claim.Key).ToArray())
        {
            if (!Array.Exists(except, used => used.Hops.SequenceEqual(path.Hops)))
            {
                _ = _owners.Remove(path);
            }
        }
    }

    private sealed class SameHops : IEqualityComparer<OnionPath>
    {
        public bool Equals(OnionPath? x, OnionPath? y) => x is not null && y is not null && x.Hops.SequenceEqual(y.Hops);

        public int GetHashCode(OnionPath path)
        {
            var hash = default(HashCode);
            foreach (Nodes.ServiceNode hop in path.Hops)
            {
                hash.Add(hop);
            }

            return hash.ToHashCode();
        }
    }
}
