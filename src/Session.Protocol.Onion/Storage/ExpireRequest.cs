using System.Text.Json;
using Session.Protocol.Onion.Json;
using Session.Protocol.Onion.Storage.Results;
using Session.Protocol.Onion.Storage.Wire;

namespace Session.Protocol.Onion.Storage;

/// <summary>Changes when messages expire (protocol/21 §7.6). Nodes cut times beyond 30 days off: read the expiry in the answer.</summary>
internal sealed class ExpireRequest : SwarmRequest
{
    private readonly string[] _hashes;
    private readonly long[] _expiries;
    private readonly ExpiryChange _change;

    /// <summary>One time for all messages.</summary>
    /// <param name="credentials">The right to write; without the right to delete the time can only become later.</param>
    /// <param name="hashes">One or more message hashes.</param>
    /// <param name="expiry">The new time.</param>
    /// <param name="change">Which messages are changed.</param>
    /// <exception cref="ArgumentException">No hash, or something else among them.</exception>
    public ExpireRequest(SwarmCredentials credentials, IEnumerable<string> hashes, DateTimeOffset expiry, ExpiryChange change)
        : base(credentials)
    {
        _hashes = RequestChecks.Hashes(hashes);
        _expiries = [RequestChecks.Milliseconds(expiry)];
        _change = change;
    }

    /// <summary>A time for each message.</summary>
    /// <param name="credentials">The right to write; without the right to delete the time can only become later.</param>
    /// <param name="expiries">Message hashes and their new times, one or more.</param>
    /// <param name="change">Which messages are changed.</param>
    /// <exception cref="ArgumentException">No hash, or something else among them.</exception>
    public ExpireRequest(SwarmCredentials credentials, IReadOnlyCollection<KeyValuePair<string, DateTimeOffset>> expiries, ExpiryChange change)
        : base(credentials)
    {
        ArgumentNullException.ThrowIfNull(expiries);
        _hashes = RequestChecks.Hashes(expiries.Select(x => x.Key));
        _expiries = [.. expiries.Select(x => RequestChecks.Milliseconds(x.Value))];
        _change = change;
    }

    internal override string Method => "expire";

    internal override void WriteParameters(Utf8JsonWriter writer, long timestamp)
    {
        writer.WriteAccount(Credentials.Account);
        writer.WriteHashes(_hashes);
        WriteExpiries(writer);
        if (_change != ExpiryChange.Set)
        {
            writer.WriteBoolean(RequestText.ModeText(_change), true);
        }

        writer.WriteSignature(Credentials, RequestText.Expire(_change, _expiries, _hashes));
    }

    private protected override (MemberAnswer Answer, byte[] SignedText)? ReadEntry(JsonElement entry, MemberAnswer blank, long timestamp)
    {
        if (!entry.TryGet("updated"u8, JsonValueKind.Array, out JsonElement list) || HashReader.ReadList(list) is not { } updated
            || !entry.TryGetProperty("expiry"u8, out JsonElement expiry) || ReadExpiries(expiry) is not { } expiries || expiries.Length != _expiries.Length)
        {
            return null;
        }

        var unchanged = new Dictionary<string, long>(StringComparer.Ordinal);
        if (entry.TryGet("unchanged"u8, JsonValueKind.Object, out JsonElement map))
        {
            if (HashReader.ReadExpiries(map) is not { } read)
            {
                return null;
            }

            unchanged = read;
        }

        MemberAnswer answer = blank with { Hashes = updated, Unchanged = unchanged, Expiries = InRequestOrder(expiries) };
        return (answer, MemberText.Expire(Credentials.Account, expiries, _hashes, updated, unchanged));
    }

    private void WriteExpiries(Utf8JsonWriter writer)
    {
        if (_expiries.Length == 1)
        {
            writer.WriteNumber("expiry"u8, _expiries[0]);
            return;
        }

        writer.WriteStartArray("expiry"u8);
        foreach (long expiry in _expiries)
        {
            writer.WriteNumberValue(expiry);
        }

        writer.WriteEndArray();
    }

    // With a time for each message, members return and sign the times in the order of the sorted hashes, beside the hashes in the
    // order of the request.
    private long[] InRequestOrder(long[] expiries)
    {
        if (expiries.Length == 1)
        {
            return expiries;
        }

        int[] places = [.. Enumerable.Range(0, _hashes.Length).OrderBy(place => _hashes[place], StringComparer.Ordinal)];
        long[] ordered = new long[expiries.Length];
        for (int i = 0; i < places.Length; i++)
        {
            ordered[places[i]] = expiries[i];
        }

        return ordered;
    }

    private static long[]? ReadExpiries(JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.Number)
        {
            return element.TryGetInt64(out long one) ? [one] : null;
        }

        if (element.ValueKind != JsonValueKind.Array || element.GetArrayLength() > StorageLimits.MaxMessages)
        {
            return null;
        }

        var expiries = new List<long>(element.GetArrayLength());
        foreach (JsonElement item in element.EnumerateArray())
        {
            if (item.ValueKind != JsonValueKind.Number || !item.TryGetInt64(out long expiry))
            {
                return null;
            }

            expiries.Add(expiry);
        }

        return [.. expiries];
    }
}
