using System.Text.Json;
using Session.Protocol.Onion.Storage.Wire;
using Session.Protocol.Onion.Swarms;

namespace Session.Protocol.Onion.Storage;

/// <summary>Deletes every message of a namespace, or of the whole account (protocol/21 §7.4).</summary>
internal sealed class DeleteAllRequest : BulkRequest
{
    private DeleteAllRequest(SwarmCredentials credentials, SwarmNamespace? space)
        : base(credentials, space)
    {
    }

    internal override string Method => "delete_all";

    private protected override string ListName => "deleted";

    /// <summary>Everything in one namespace.</summary>
    /// <param name="credentials">The right to delete.</param>
    /// <param name="space">The namespace.</param>
    /// <returns>The request.</returns>
    public static DeleteAllRequest InNamespace(SwarmCredentials credentials, SwarmNamespace space) => new(credentials, space);

    /// <summary>Everything the account has on the network.</summary>
    /// <param name="credentials">The right to delete.</param>
    /// <returns>The request.</returns>
    public static DeleteAllRequest Everything(SwarmCredentials credentials) => new(credentials, null);

    internal override void WriteParameters(Utf8JsonWriter writer, long timestamp)
    {
        writer.WriteAccount(Credentials.Account);
        writer.WriteNamespace(Namespace);
        writer.WriteNumber("timestamp"u8, timestamp);
        writer.WriteSignature(Credentials, RequestText.DeleteAll(Namespace, timestamp));
    }

    private protected override long SignedTime(long timestamp) => timestamp;
}
