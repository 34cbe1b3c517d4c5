using System.Text.Json;
using Session.Protocol.Accounts;
using Session.Protocol.Onion.Json;
using Session.Protocol.Onion.Storage.Results;
using Session.Protocol.Onion.Storage.Wire;

namespace Session.Protocol.Onion.Storage;

/// <summary>Asks one node when messages expire (protocol/21 §7.8).</summary>
internal sealed class GetExpiriesRequest : StorageRequest<IReadOnlyDictionary<string, long>>
{
    private readonly SwarmCredentials _credentials;
    private readonly string[] _hashes;

    /// <summary>Describes what to ask.</summary>
    /// <param name="credentials">The right to read.</param>
    /// <param name="hashes">One or more message hashes.</param>
    /// <exception cref="ArgumentException">No hash, or something else among them.</exception>
    public GetExpiriesRequest(SwarmCredentials credentials, IEnumerable<string> hashes)
    {
        ArgumentNullException.ThrowIfNull(credentials);
        _credentials = credentials;
        _hashes = RequestChecks.Hashes(hashes);
    }

    /// <inheritdoc/>
    public override AccountId? Account => _credentials.Account;

    internal override string Method => "get_expiries";

    internal override void WriteParameters(Utf8JsonWriter writer, long timestamp)
    {
        writer.WriteAccount(_credentials.Account);
        writer.WriteHashes(_hashes);
        writer.WriteNumber("timestamp"u8, timestamp);
        writer.WriteSignature(_credentials, RequestText.GetExpiries(timestamp, _hashes));
    }

    internal override IReadOnlyDictionary<string, long>? ReadValue(JsonElement body, ReplyContext context) =>
        body.TryGet("expiries"u8, JsonValueKind.Object, out JsonElement map) ? HashReader.ReadExpiries(map) : null;
}
