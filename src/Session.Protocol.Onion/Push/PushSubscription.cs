using System.Text.Json;
using Session.Protocol.Onion.Swarms;

namespace Session.Protocol.Onion.Push;

/// <summary>What a device wants to be told (protocol/24 §2.1). Immutable; printed nowhere.</summary>
public sealed record PushSubscription
{
    /// <summary>Size in bytes of the key that notifications are encrypted with.</summary>
    public const int EncryptionKeySize = 32;

    /// <summary>Which device.</summary>
    public required PushDevice Device { get; init; }

    /// <summary>Which mailboxes, at least one; kept in ascending order and once each, as the server wants them.</summary>
    public required IReadOnlyList<SwarmNamespace> Namespaces
    {
        get;
        init => field = value is { Count: > 0 }
            ? [.. value.DistinctBy(space => space.Value).OrderBy(space => space.Value)]
            : throw new ArgumentException("At least one mailbox is needed.", nameof(value));
    }

    /// <summary>32 random bytes that the device keeps: the push services carry only what is encrypted with them.</summary>
    public required ReadOnlyMemory<byte> EncryptionKey
    {
        get;
        init => field = value.Length == EncryptionKeySize
            ? value.ToArray()
            : throw new ArgumentException($"Expected {EncryptionKeySize} bytes, got {value.Length}.", nameof(value));
    }

    /// <summary>Whether notifications hold the message itself, where it is small enough.</summary>
    public bool IncludesData { get; init; } = true;

    /// <summary>The kind only.</summary>
    /// <returns>The name of the record.</returns>
    public override string ToString() => nameof(PushSubscription);

    internal void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartArray("namespaces"u8);
        foreach (SwarmNamespace space in Namespaces)
        {
            writer.WriteNumberValue(space.Value);
        }

        writer.WriteEndArray();
        writer.WriteBoolean("data"u8, IncludesData);
        writer.WriteString("enc_key"u8, Convert.ToHexStringLower(EncryptionKey.Span));
    }
}
