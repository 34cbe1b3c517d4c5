using System.Buffers.Text;
using System.Text.Json;
using Session.Protocol.Accounts;
using Session.Protocol.Onion.Json;
using Session.Protocol.Onion.Storage.Results;
using Session.Protocol.Onion.Storage.Wire;
using Session.Protocol.Onion.Swarms;

namespace Session.Protocol.Onion.Storage;

/// <summary>
/// Stores a message in a mailbox (protocol/21 §7.1). Storing the same bytes again is harmless: it is the same message,
/// whose expiry can only become later.
/// </summary>
internal sealed class StoreRequest : StorageRequest<StoreResult>
{
    private readonly AccountId _account;
    private readonly SwarmNamespace _space;
    private readonly ReadOnlyMemory<byte> _data;
    private readonly long _ttl;
    private readonly SwarmCredentials? _credentials;

    /// <summary>Describes what to store.</summary>
    /// <param name="account">Whose mailbox.</param>
    /// <param name="space">The namespace.</param>
    /// <param name="data">At most 76 800 bytes; must not change afterwards.</param>
    /// <param name="timeToLive">10 seconds to 14 days in a public inbox, to 30 days elsewhere.</param>
    /// <param name="credentials">The right to store; needed unless the namespace is a public inbox.</param>
    /// <exception cref="ArgumentException">Data too large, credentials missing or of another account.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The time is out of its range.</exception>
    public StoreRequest(AccountId account, SwarmNamespace space, ReadOnlyMemory<byte> data, TimeSpan timeToLive, SwarmCredentials? credentials = null)
    {
        if (data.Length > StorageLimits.MaxDataSize)
        {
            throw new ArgumentException($"Expected at most {StorageLimits.MaxDataSize} bytes, got {data.Length}.", nameof(data));
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(timeToLive, StorageLimits.MinTimeToLive);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(timeToLive, space.IsPublicInbox ? StorageLimits.MaxInboxTimeToLive : StorageLimits.MaxTimeToLive);
        RequestChecks.Credentials(account, credentials, required: !space.IsPublicInbox);
        _account = account;
        _space = space;
        _data = data;
        _ttl = (long)timeToLive.TotalMilliseconds;
        _credentials = credentials;
        Hash = MessageHash.Compute(account, space, data.Span);
    }

    /// <inheritdoc/>
    public override AccountId? Account => _account;

    /// <summary>The name that the message gets.</summary>
    public string Hash { get; }

    internal override string Method => "store";

    internal override int SizeHint => base.SizeHint + Base64.GetMaxEncodedToUtf8Length(_data.Length);

    internal override void WriteParameters(Utf8JsonWriter writer, long timestamp)
    {
        writer.WriteAccount(_account);
        writer.WriteNamespace(_space);
        writer.WriteNumber("timestamp"u8, timestamp);
        writer.WriteNumber("ttl"u8, _ttl);
        writer.WriteBase64String("data"u8, _data.Span);
        if (_credentials is not null)
        {
            writer.WriteNumber("sig_timestamp"u8, timestamp);
            writer.WriteSignature(_credentials, RequestText.Store(_space, timestamp));
        }
    }

    internal override bool HasValue(int status) => base.HasValue(status) || status == StorageStatus.Failed;

    internal override int Confirmations(StoreResult value) => value.Swarm.Confirmations;

    internal override StoreResult? ReadValue(JsonElement body, ReplyContext context)
    {
        // The hash in the answer is not read: members sign the one that is computed here, or count for nothing.
        byte[] signed = MemberText.Store(Hash);
        SwarmResult? swarm = SwarmMapReader.Read(body, context, (entry, blank) =>
        {
            MemberAnswer answer = blank with
            {
                Expiries = entry.GetInteger("expiry"u8) is { } expiry ? [expiry] : [],
                AlreadyStored = entry.GetFlag("already"u8),
            };
            return (answer, signed);
        });
        return swarm is null ? null : new StoreResult(Hash, swarm);
    }
}
