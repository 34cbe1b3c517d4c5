using Session.Protocol.Onion.Swarms;

namespace Session.Protocol.LocalNetwork.Storage;

/// <summary>Who may read and write a namespace, and for how long it keeps a message (protocol/21 §3, §7.1).</summary>
internal static class NamespaceRules
{
    /// <summary>Shortest life of a message, milliseconds.</summary>
    public const long MinLifetime = 10_000;

    /// <summary>Longest life of a message, milliseconds: thirty days, in public inboxes fourteen.</summary>
    public const long MaxLifetime = 30L * 24 * 60 * 60 * 1000;

    private const long MaxPublicLifetime = 14L * 24 * 60 * 60 * 1000;

    extension(SwarmNamespace ns)
    {
        public long MaxLifetimeHere => ns.IsPublicInbox ? MaxPublicLifetime : MaxLifetime;

        public bool NeedsSignatureToRead => !ns.IsPubliclyReadable;

        /// <summary>A group tells revoked members here that they were removed, so revocation does not count.</summary>
        public bool ReadableWhenRevoked => ns.Value < 0 && -ns.Value % 100 == 11;
    }
}
