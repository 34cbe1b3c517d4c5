using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Session.Protocol.Accounts;
using Session.Protocol.Onion.Json;
using Session.Protocol.Onion.Storage.Results;
using Session.Protocol.Onion.Storage.Wire;
using Session.Protocol.Onion.Swarms;

namespace Session.Protocol.Onion.Storage;

/// <summary>Reads the messages of one namespace from one node (protocol/21 §7.2).</summary>
internal sealed class RetrieveRequest : StorageRequest<RetrieveResult>
{
    private readonly AccountId _account;
    private readonly SwarmCredentials? _credentials;

    /// <summary>Describes what to read.</summary>
    /// <param name="account">Whose mailbox.</param>
    /// <param name="space">The namespace.</param>
    /// <param name="credentials">The right to read; needed unless anybody may read the namespace.</param>
    /// <exception cref="ArgumentException">Credentials missing or of another account.</exception>
    public RetrieveRequest(AccountId account, SwarmNamespace space, SwarmCredentials? credentials)
    {
        RequestChecks.Credentials(account, credentials, required: !space.IsPubliclyReadable);
        _account = account;
        _credentials = credentials;
        Namespace = space;
    }

    /// <inheritdoc/>
    public override AccountId? Account => _account;

    /// <summary>The namespace.</summary>
    public SwarmNamespace Namespace { get; }

    /// <summary>
    /// Only messages that this node stored after the one of this hash; null for all. A hash that the node does not know (any more)
    /// also gives all. Another node has another order: keep one hash for each node.
    /// </summary>
    public string? LastHash
    {
        get;
        init => field = value is null || MessageHash.IsWellFormed(value)
            ? value
            : throw new ArgumentException("Expected 43 characters of base64.", nameof(value));
    }

    /// <summary>Limit of the answer: a size in bytes counted with base64, or −n for one n-th of 7 800 000; null leaves it to the node (a fifth).</summary>
    public int? MaxSize
    {
        get;
        init => field = value == 0 ? throw new ArgumentOutOfRangeException(nameof(value), "Zero is no limit; leave it out.") : value;
    }

    /// <summary>Limit of the number of messages, at least 1; null for none.</summary>
    public int? MaxCount
    {
        get;
        init => field = value <= 0 ? throw new ArgumentOutOfRangeException(nameof(value), "Nodes answer nothing to a count below 1.") : value;
    }

    internal override string Method => "retrieve";

    internal override void WriteParameters(Utf8JsonWriter writer, long timestamp)
    {
        writer.WriteAccount(_account);
        writer.WriteNamespace(Namespace);
        writer.WriteString("last_hash"u8, LastHash ?? string.Empty);
        if (MaxSize is { } size)
        {
            writer.WriteNumber("max_size"u8, size);
        }

        if (MaxCount is { } count)
        {
            writer.WriteNumber("max_count"u8, count);
        }

        if (_credentials is not null)
        {
            writer.WriteNumber("timestamp"u8, timestamp);
            writer.WriteSignature(_credentials, RequestText.Retrieve(Namespace, timestamp));
        }
    }

    internal override RetrieveResult? ReadValue(JsonElement body, ReplyContext context)
    {
        if (!body.TryGet("messages"u8, JsonValueKind.Array, out JsonElement list) || list.GetArrayLength() > StorageLimits.MaxMessages)
        {
            return null;
        }

        var messages = new List<StoredMessage>(list.GetArrayLength());
        int dropped = 0;
        string? lastHash = null;
        foreach (JsonElement item in list.EnumerateArray())
        {
            if (item.TryGetText("hash"u8, out string? hash) && MessageHash.IsWellFormed(hash))
            {
                lastHash = hash;
            }

            if (ReadMessage(item, hash) is { } message)
            {
                messages.Add(message);
            }
            else
            {
                dropped++;
            }
        }

        return new RetrieveResult(messages, lastHash, body.GetFlag("more"u8), dropped);
    }

    // A node that puts another message's hash on its own bytes could make a client skip the real one as a duplicate.
    private StoredMessage? ReadMessage(JsonElement item, string? hash) =>
        hash is not null && item.TryGet("data"u8, JsonValueKind.String, out JsonElement text) && TryReadData(text, out byte[]? data)
        && item.GetInteger("timestamp"u8) is { } timestamp
        && item.GetInteger("expiration"u8) is { } expiration
        && string.Equals(hash, MessageHash.Compute(_account, Namespace, data), StringComparison.Ordinal)
            ? new StoredMessage(hash, data, timestamp, expiration)
            : null;

    // Real nodes write no bytes at all as a lone padding character.
    private static bool TryReadData(JsonElement text, [NotNullWhen(true)] out byte[]? data)
    {
        if (!text.TryReadBytes(out data) && text.TryReadText(out string? other) && other is "=")
        {
            data = [];
        }

        return data is not null;
    }
}
