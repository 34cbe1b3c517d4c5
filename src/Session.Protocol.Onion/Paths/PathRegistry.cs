using System.Runtime.InteropServices;

namespace Session.Protocol.Onion.Paths;

/// <summary>
/// Which paths the clients of this process use, so that no two have the same: the nodes of a path that carries two accounts could tell
/// that they belong together. Each family of forks has one of these; all know of each other. Safe for concurrent use.
/// </summary>
internal sealed class PathRegistry
{
    private static readonly Lock _lock = new();
    private static readonly List<Claim> _claims = [];

    /// <summary>
    /// Gives a path to an owner; false when another one has it. What the owner had and does not use any more is given back, and what
    /// clients had that nobody holds any more.
    /// </summary>
    /// <param name="owner">Who wants it. Held weakly.</param>
    /// <param name="path">The path.</param>
    /// <param name="inUse">All paths that the owner uses.</param>
    /// <param name="sharesWithStrangers">Whether it may be a path of a client that is no fork of this one.</param>
    public bool TryClaim(object owner, OnionPath path, IEnumerable<OnionPath> inUse, bool sharesWithStrangers)
    {
        HashSet<OnionPath> used = [.. inUse];
        lock (_lock)
        {
            _ = _claims.RemoveAll(claim => !claim.IsHeld || (claim.IsOf(owner) && !used.Contains(claim.Path)));
            if (_claims.Exists(claim => !claim.IsOf(owner) && (claim.Family == this || !sharesWithStrangers) && claim.Path.Hops.SequenceEqual(path.Hops)))
            {
                return false;
            }

            _claims.Add(new Claim(this, new WeakReference<object>(owner), path));
            return true;
        }
    }

    /// <summary>Gives back all that an owner has.</summary>
    public static void Release(object owner)
    {
        lock (_lock)
        {
            _ = _claims.RemoveAll(claim => claim.IsOf(owner));
        }
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Claim(PathRegistry Family, WeakReference<object> Owner, OnionPath Path)
    {
        public bool IsHeld => Owner.TryGetTarget(out _);

        public bool IsOf(object owner) => Owner.TryGetTarget(out object? holder) && ReferenceEquals(holder, owner);
    }
}
