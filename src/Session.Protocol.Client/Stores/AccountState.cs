namespace Session.Protocol.Client.Stores;

/// <summary>One piece of the account's memory, of its ratchets and contacts. To a store it is opaque bytes under a name; most of them are secret.</summary>
/// <param name="Key">Its name.</param>
/// <param name="Value">
/// At most 128 KB; empty deletes the entry. In <see cref="AccountChanges"/> the caller zeroes it when the commit is done: copy what is kept.
/// </param>
/// <param name="ExpiresAt">When it is of no more use and may be deleted; null for never.</param>
public sealed record AccountState(AccountStateKey Key, ReadOnlyMemory<byte> Value, DateTimeOffset? ExpiresAt = null)
{
    /// <summary>The same with a value of its own, for a commit that zeroes what it wrote.</summary>
    internal AccountState Copied() => this with { Value = Value.ToArray() };

    /// <summary>The kind only: the name holds account ids, the value holds secrets.</summary>
    /// <returns>One word.</returns>
    public override string ToString() => Key.Kind.ToString();
}
