using System.Text.Json;
using Session.Protocol.Accounts;
using Session.Protocol.Onion.Storage.Results;
using Session.Protocol.Onion.Storage.Wire;

namespace Session.Protocol.Onion.Storage;

/// <summary>Asks which nodes hold an account's messages; any node answers for any account (protocol/20 §5.2).</summary>
/// <param name="account">The account.</param>
internal sealed class GetSwarmRequest(AccountId account) : StorageRequest<SwarmMembers>
{
    internal override string Method => "get_swarm";

    internal override void WriteParameters(Utf8JsonWriter writer, long timestamp) => writer.WriteAccount(account);

    internal override SwarmMembers? ReadValue(JsonElement body, ReplyContext context) => SwarmMembersReader.Read(body);
}
