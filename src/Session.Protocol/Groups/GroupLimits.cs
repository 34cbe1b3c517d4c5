namespace Session.Protocol.Groups;

/// <summary>Numbers that all members of a group must agree on, and bounds of what a member or stranger may send (docs/groups.md).</summary>
internal static class GroupLimits
{
    /// <summary>Private namespace of the group's account, written and read with a member's token or the group's key. Official clients do not poll it.</summary>
    public const short Namespace = 8011;

    /// <summary>Members and invited people together, as in official groups (protocol/15 §1).</summary>
    public const int MaxMembers = 100;

    /// <summary>Bytes of a name in UTF-8 (protocol/15 §1).</summary>
    public const int MaxNameSize = 100;

    /// <summary>Bytes of a description in UTF-8 (protocol/15 §1).</summary>
    public const int MaxDescriptionSize = 2_000;

    /// <summary>Bytes of a picture's URL; those of the file server have under 200.</summary>
    public const int MaxUrlSize = 500;

    /// <summary>
    /// Changes in the life of a group: 10 joins and leaves a week for 4 years, in about 800 KB. Each is a signature that a newcomer
    /// checks, 50 µs; beyond it a group is founded anew.
    /// </summary>
    public const int MaxChanges = 4_096;

    /// <summary>Of these, changes without effect: early ones that wait for what they build on, and junk.</summary>
    public const int MaxIdleChanges = 512;

    /// <summary>Bytes of one signed change: the largest adds 99 members, 3.5 KB.</summary>
    public const int MaxChangeSize = 8_192;

    /// <summary>Highest sequence; a malicious one cannot make later ones overflow.</summary>
    public const ulong MaxSequence = 1UL << 40;

    /// <summary>Newest changes named for one removed account: one for each of its devices, and some more.</summary>
    public const int MaxKnownHeads = 32;

    /// <summary>Outer keys kept for objects on their way: eight departures within the two weeks that a swarm keeps a message.</summary>
    public const int MaxOuterKeys = 8;

    /// <summary>Bodies in one stored bunch of letters: each has at least 100 bytes.</summary>
    public const int MaxBodies = 512;

    /// <summary>Numbers of failed messages that a message names.</summary>
    public const int MaxUnsent = 32;
}
