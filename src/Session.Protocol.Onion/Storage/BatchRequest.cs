using System.Text.Json;
using Session.Protocol.Accounts;
using Session.Protocol.Onion.Json;
using Session.Protocol.Onion.Storage.Results;
using Session.Protocol.Onion.Storage.Wire;

namespace Session.Protocol.Onion.Storage;

/// <summary>
/// Several requests to one node in one go (protocol/21 §7.10). A batch runs them at once; a sequence runs one after the other and
/// ends with the first that fails. Look at each part: a swarm-wide part can come back without any confirmation.
/// </summary>
internal sealed class BatchRequest : StorageRequest<BatchResult>
{
    private readonly StorageRequest[] _requests;
    private readonly bool _sequence;

    private BatchRequest(IEnumerable<StorageRequest> requests, bool sequence)
    {
        ArgumentNullException.ThrowIfNull(requests);
        _requests = [.. requests];
        _sequence = sequence;
        if (_requests.Length is 0 or > StorageLimits.MaxBatchSize)
        {
            throw new ArgumentException($"Expected 1 to {StorageLimits.MaxBatchSize} requests, got {_requests.Length}.", nameof(requests));
        }

        if (Array.Exists(_requests, request => request.IsBatch))
        {
            throw new ArgumentException("A batch cannot hold a batch.", nameof(requests));
        }

        AccountId[] accounts = [.. _requests.Select(request => request.Account).OfType<AccountId>().Distinct()];
        Account = accounts.Length switch
        {
            0 => null,
            1 => accounts[0],
            _ => throw new ArgumentException("The requests of a batch must be about one account: another has another swarm.", nameof(requests)),
        };
    }

    /// <inheritdoc/>
    public override AccountId? Account { get; }

    internal override string Method => _sequence ? "sequence" : "batch";

    internal override int SizeHint => _requests.Sum(request => request.SizeHint);

    internal override bool IsBatch => true;

    /// <summary>Requests that run at once.</summary>
    /// <param name="requests">1 to 20 requests about one account.</param>
    /// <returns>The request.</returns>
    /// <exception cref="ArgumentException">None or too many, several accounts, or a batch among them.</exception>
    public static BatchRequest Parallel(IEnumerable<StorageRequest> requests) => new(requests, sequence: false);

    /// <summary>Requests that run one after the other until one fails.</summary>
    /// <param name="requests">1 to 20 requests about one account.</param>
    /// <returns>The request.</returns>
    /// <exception cref="ArgumentException">None or too many, several accounts, or a batch among them.</exception>
    public static BatchRequest OneByOne(IEnumerable<StorageRequest> requests) => new(requests, sequence: true);

    internal override void WriteParameters(Utf8JsonWriter writer, long timestamp)
    {
        writer.WriteStartArray("requests"u8);
        foreach (StorageRequest request in _requests)
        {
            RequestWriter.Write(writer, request, timestamp);
        }

        writer.WriteEndArray();
    }

    // A node of another swarm refuses every part, and a wrong clock every signed part: the batch as a whole is sent again then.
    internal override StorageReply RoutingReply(StorageReply<BatchResult> reply) =>
        reply.Value?.Replies.FirstOrDefault(part => part.Status is StorageStatus.WrongSwarm or StorageStatus.WrongClock) ?? reply;

    internal override BatchResult? ReadValue(JsonElement body, ReplyContext context)
    {
        if (!body.TryGet("results"u8, JsonValueKind.Array, out JsonElement results)
            || results.GetArrayLength() > _requests.Length
            || (!_sequence && results.GetArrayLength() < _requests.Length))
        {
            return null;
        }

        var replies = new List<StorageReply>(_requests.Length);
        foreach (JsonElement item in results.EnumerateArray())
        {
            if (item.GetInteger("code"u8) is not (>= 0 and <= int.MaxValue and var code) || !item.TryGetProperty("body"u8, out JsonElement part))
            {
                return null;
            }

            replies.Add(part.ValueKind == JsonValueKind.String
                ? _requests[replies.Count].ReadReply((int)code, null, ErrorText.Shorten(part.GetString()!), context)
                : _requests[replies.Count].ReadReply((int)code, part, null, context));
        }

        return new BatchResult(_requests, replies);
    }
}
