using System.Text.Json;
using Session.Protocol.Onion.Json;
using Session.Protocol.Onion.Requests;
using Session.Protocol.Onion.Storage.Results;
using Session.Protocol.Onion.Storage.Wire;

namespace Session.Protocol.Onion.Storage;

/// <summary>A request to a service node whose answer is a <typeparamref name="T"/>.</summary>
/// <typeparam name="T">The result of the call.</typeparam>
public abstract class StorageRequest<T> : StorageRequest
    where T : class
{
    private protected StorageRequest()
    {
    }

    /// <summary>Reads an answer; never throws on what a node sent.</summary>
    /// <param name="response">Status and body from the node.</param>
    /// <param name="networkTime">The time that <see cref="StorageRequest.ToBody"/> was given: nodes sign it.</param>
    /// <returns>The reply; its value is null for a refusal and for a body that cannot be read.</returns>
    public StorageReply<T> ReadReply(OnionResponse response, long networkTime)
    {
        ArgumentNullException.ThrowIfNull(response);
        return ReadReply(response, new ReplyContext(networkTime, Asked: null, Members: null));
    }

    internal StorageReply<T> ReadReply(OnionResponse response, ReplyContext context) =>
        JsonText.Read(response.Body, json => json.ValueKind == JsonValueKind.Object ? Read(response.Status, json, null, context) : null)
        ?? Read(response.Status, null, ErrorText.Read(response.Body.Span), context);

    internal sealed override StorageReply ReadReply(int status, JsonElement? body, string? text, ReplyContext context) => Read(status, body, text, context);

    /// <summary>Reads the result; null when the body is not of the right form.</summary>
    internal abstract T? ReadValue(JsonElement body, ReplyContext context);

    /// <summary>Whether a body of this status holds a result.</summary>
    internal virtual bool HasValue(int status) => status == StorageStatus.Success;

    /// <summary>How many nodes stand behind a result with a valid signature; one where nodes do not sign.</summary>
    internal virtual int Confirmations(T value) => 1;

    /// <summary>The reply that decides where to go on: that of a batch, or of the part that was at the wrong node.</summary>
    internal virtual StorageReply RoutingReply(StorageReply<T> reply) => reply;

    private StorageReply<T> Read(int status, JsonElement? body, string? text, ReplyContext context) => new()
    {
        Status = status,
        Value = body is { } json && HasValue(status) ? ReadValue(json, context) : null,
        ErrorText = text,
        RightSwarm = body is { } redirect && status == StorageStatus.WrongSwarm ? SwarmMembersReader.Read(redirect) : null,
        NodeTime = body?.GetInteger("t"u8),
    };
}
