using System.Text.Json;
using Session.Protocol.Accounts;
using Session.Protocol.Onion.Storage.Results;
using Session.Protocol.Onion.Storage.Wire;

namespace Session.Protocol.Onion.Storage;

/// <summary>A signed request that the node asked passes on to every other member of the swarm (protocol/21 §6).</summary>
internal abstract class SwarmRequest : StorageRequest<SwarmResult>
{
    private protected SwarmRequest(SwarmCredentials credentials)
    {
        ArgumentNullException.ThrowIfNull(credentials);
        Credentials = credentials;
    }

    /// <inheritdoc/>
    public sealed override AccountId? Account => Credentials.Account;

    private protected SwarmCredentials Credentials { get; }

    // Status 500 with the map of members is what the protocol intends where all of them failed.
    internal override bool HasValue(int status) => base.HasValue(status) || status == StorageStatus.Failed;

    internal sealed override SwarmResult? ReadValue(JsonElement body, ReplyContext context) =>
        SwarmMapReader.Read(body, context, (entry, blank) => ReadEntry(entry, blank, context.Timestamp));

    internal sealed override int Confirmations(SwarmResult value) => value.Confirmations;

    private protected abstract (MemberAnswer Answer, byte[] SignedText)? ReadEntry(JsonElement entry, MemberAnswer blank, long timestamp);
}
