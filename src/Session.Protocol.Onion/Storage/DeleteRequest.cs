using System.Text.Json;
using Session.Protocol.Onion.Json;
using Session.Protocol.Onion.Storage.Results;
using Session.Protocol.Onion.Storage.Wire;

namespace Session.Protocol.Onion.Storage;

/// <summary>Deletes messages by hash, in whichever namespace they are (protocol/21 §7.3).</summary>
internal sealed class DeleteRequest : SwarmRequest
{
    private readonly string[] _hashes;

    /// <summary>Describes what to delete.</summary>
    /// <param name="credentials">The right to delete.</param>
    /// <param name="hashes">One or more message hashes.</param>
    /// <exception cref="ArgumentException">No hash, or something else among them.</exception>
    public DeleteRequest(SwarmCredentials credentials, IEnumerable<string> hashes)
        : base(credentials) => _hashes = RequestChecks.Hashes(hashes);

    /// <summary>Makes the node answer 404 where nothing was deleted; a sequence then ends there. The result is readable all the same.</summary>
    public bool Required { get; init; }

    internal override string Method => "delete";

    internal override void WriteParameters(Utf8JsonWriter writer, long timestamp)
    {
        writer.WriteAccount(Credentials.Account);
        writer.WriteHashes(_hashes);
        if (Required)
        {
            writer.WriteBoolean("required"u8, true);
        }

        writer.WriteSignature(Credentials, RequestText.Delete(_hashes));
    }

    internal override bool HasValue(int status) => base.HasValue(status) || status == StorageStatus.NotFound;

    private protected override (MemberAnswer Answer, byte[] SignedText)? ReadEntry(JsonElement entry, MemberAnswer blank, long timestamp) =>
        entry.TryGet("deleted"u8, JsonValueKind.Array, out JsonElement list) && HashReader.ReadList(list) is { } deleted
            ? (blank with { Hashes = deleted }, MemberText.Delete(Credentials.Account, _hashes, deleted))
            : null;
}
