namespace Session.Protocol.Onion.Swarms;

/// <summary>A numbered mailbox within an account (protocol/21 §3). An open set: any 16-bit number is legal.</summary>
/// <param name="Value">The number.</param>
public readonly record struct SwarmNamespace(short Value)
{
    /// <summary>One-to-one messages: anybody may store, only the owner may read.</summary>
    public static SwarmNamespace Default => default;

    /// <summary>Messages of a group.</summary>
    public static SwarmNamespace GroupMessages => new(11);

    /// <summary>Anybody may store here without a signature.</summary>
    public bool IsPublicInbox => Value % 10 == 0;

    /// <summary>Anybody may read here; only the owner may store, and a store replaces what was there.</summary>
    public bool IsPublicOutbox => Value < 0 && -Value % 20 == 1;

    /// <summary>Anybody may read here: the public outboxes, and the mailbox of the first kind of groups (−10).</summary>
    public bool IsPubliclyReadable => IsPublicOutbox || Value == -10;

    /// <summary>As it stands in signed texts: decimal, and empty for 0.</summary>
    /// <returns>The text.</returns>
    public string ToSignedText() => Value == 0 ? string.Empty : ToString();

    /// <summary>The decimal number.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
