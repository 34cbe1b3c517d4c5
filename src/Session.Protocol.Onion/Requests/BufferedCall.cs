using System.Buffers;
using Session.Protocol.Accounts;
using Session.Protocol.Onion.Paths;
using Session.Protocol.Onion.Transport;

namespace Session.Protocol.Onion.Requests;

/// <summary>A request that is built and answered in memory, as almost all are.</summary>
/// <param name="destination">The node that answers, which must not be a hop; null for a server.</param>
/// <param name="requestClass">One of <see cref="RequestClass"/>.</param>
/// <param name="limit">Longest wait for an answer.</param>
/// <param name="mayRepeat">Whether a second sending has no second effect; asked only after a failure.</param>
/// <param name="build">Writes the body for a path.</param>
/// <param name="read">Reads the answer; null when it is unreadable.</param>
internal sealed class BufferedCall<T>(
    Ed25519PublicKey? destination,
    string requestClass,
    TimeSpan limit,
    Func<bool> mayRepeat,
    Action<OnionPath, IBufferWriter<byte>, OnionReplyKey> build,
    Func<ReadOnlyMemory<byte>, OnionReplyKey, T?> read) : OnionCall<T>(destination, requestClass)
    where T : class
{
    public override bool MayRepeat() => mayRepeat();

    public override async ValueTask<(TransportResponse Reply, T? Answer)> ExchangeAsync(OnionPath path, GuardLink guards, CancellationToken cancellationToken)
    {
        using var key = new OnionReplyKey();
        var body = new ArrayBufferWriter<byte>();
        build(path, body, key);
        TransportResponse reply = await guards.PostAsync(path.Entrance, body.WrittenMemory, ContentType, limit, cancellationToken).ConfigureAwait(false);
        return (reply, reply.Status == 200 ? read(reply.Body, key) : null);
    }
}
