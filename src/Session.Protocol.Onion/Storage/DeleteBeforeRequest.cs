using System.Text.Json;
using Session.Protocol.Onion.Storage.Wire;
using Session.Protocol.Onion.Swarms;

namespace Session.Protocol.Onion.Storage;

/// <summary>
/// Deletes the messages of one namespace that are as old as a given time or older (protocol/21 §7.5).
/// There is no form for all namespaces: nodes delete, and then answer 500.
/// </summary>
internal sealed class DeleteBeforeRequest : BulkRequest
{
    private readonly long _before;

    /// <summary>Describes what to delete.</summary>
    /// <param name="credentials">The right to delete.</param>
    /// <param name="space">The namespace.</param>
    /// <param name="before">Newest timestamp that is deleted; not in the future.</param>
    /// <exception cref="ArgumentOutOfRangeException">The time is in January 1970.</exception>
    public DeleteBeforeRequest(SwarmCredentials credentials, SwarmNamespace space, DateTimeOffset before)
        : base(credentials, space) => _before = RequestChecks.Milliseconds(before);

    internal override string Method => "delete_before";

    private protected override string ListName => "deleted";

    internal override void WriteParameters(Utf8JsonWriter writer, long timestamp)
    {
        writer.WriteAccount(Credentials.Account);
        writer.WriteNamespace(Namespace);
        writer.WriteNumber("before"u8, _before);
        writer.WriteSignature(Credentials, RequestText.DeleteBefore(Namespace, _before));
    }

    private protected override long SignedTime(long timestamp) => _before;
}
