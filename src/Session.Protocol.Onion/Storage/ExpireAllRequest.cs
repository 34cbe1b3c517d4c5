using System.Text.Json;
using Session.Protocol.Onion.Storage.Wire;
using Session.Protocol.Onion.Swarms;

namespace Session.Protocol.Onion.Storage;

/// <summary>Makes every message of a namespace, or of the whole account, expire at a time unless it would earlier (protocol/21 §7.7).</summary>
internal sealed class ExpireAllRequest : BulkRequest
{
    private readonly long _expiry;

    private ExpireAllRequest(SwarmCredentials credentials, SwarmNamespace? space, DateTimeOffset expiry)
        : base(credentials, space) => _expiry = RequestChecks.Milliseconds(expiry);

    internal override string Method => "expire_all";

    private protected override string ListName => "updated";

    /// <summary>Everything in one namespace.</summary>
    /// <param name="credentials">The right to delete.</param>
    /// <param name="space">The namespace.</param>
    /// <param name="expiry">The latest time of expiry from now on.</param>
    /// <returns>The request.</returns>
    public static ExpireAllRequest InNamespace(SwarmCredentials credentials, SwarmNamespace space, DateTimeOffset expiry) => new(credentials, space, expiry);

    /// <summary>Everything the account has on the network.</summary>
    /// <param name="credentials">The right to delete.</param>
    /// <param name="expiry">The latest time of expiry from now on.</param>
    /// <returns>The request.</returns>
    public static ExpireAllRequest Everything(SwarmCredentials credentials, DateTimeOffset expiry) => new(credentials, null, expiry);

    internal override void WriteParameters(Utf8JsonWriter writer, long timestamp)
    {
        writer.WriteAccount(Credentials.Account);
        writer.WriteNamespace(Namespace);
        writer.WriteNumber("expiry"u8, _expiry);
        writer.WriteSignature(Credentials, RequestText.ExpireAll(Namespace, _expiry));
    }

    private protected override long SignedTime(long timestamp) => _expiry;
}
