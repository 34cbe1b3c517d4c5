using System.Text.Json;
using Session.Protocol.Accounts;
using Session.Protocol.Onion.Storage.Results;
using Session.Protocol.Onion.Storage.Wire;

namespace Session.Protocol.Onion.Storage;

/// <summary>
/// A request to a service node (protocol/21 §7). It is pure: it describes what is asked, writes itself and reads its answer.
/// Immutable and safe for concurrent use. It signs anew each time it is written, so it can be sent again later.
/// </summary>
public abstract partial class StorageRequest
{
    private protected StorageRequest()
    {
    }

    /// <summary>The account whose swarm must answer; null when any node can.</summary>
    public virtual AccountId? Account => null;

    /// <summary>Name of the call.</summary>
    internal abstract string Method { get; }

    /// <summary>About how long it is when written, in bytes, so that the buffer need not grow.</summary>
    internal virtual int SizeHint => RequestWriter.SmallRequest;

    /// <summary>Whether it may stand in a batch.</summary>
    internal virtual bool IsBatch => false;

    /// <summary>Writes the JSON <c>{"method":…,"params":{…}}</c>, signed where the call needs it.</summary>
    /// <param name="networkTime">Network time, milliseconds since 1970; nodes accept 60 seconds of difference.</param>
    /// <returns>UTF-8, as <see cref="IOnionClient.SendToNodeAsync"/> takes it.</returns>
    public byte[] ToBody(long networkTime) => RequestWriter.ToBody(this, networkTime).ToArray();

    /// <summary>Writes the members of <c>params</c>.</summary>
    internal abstract void WriteParameters(Utf8JsonWriter writer, long timestamp);

    /// <summary>Reads an answer that came as JSON, or as text when <paramref name="body"/> is null or a string.</summary>
    internal abstract StorageReply ReadReply(int status, JsonElement? body, string? text, ReplyContext context);
}
