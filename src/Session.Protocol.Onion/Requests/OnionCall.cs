using System.Buffers;
using Session.Protocol.Accounts;
using Session.Protocol.Onion.Paths;

namespace Session.Protocol.Onion.Requests;

/// <summary>One request as <see cref="OnionCaller"/> sends it.</summary>
/// <param name="Destination">The node that answers, which must not be a hop; null for a server.</param>
/// <param name="Class">One of <see cref="RequestClass"/>.</param>
/// <param name="Limit">Longest wait for an answer.</param>
/// <param name="MayRepeat">Whether a second sending has no second effect; asked only after a failure.</param>
/// <param name="Build">Writes the body for a path.</param>
/// <param name="Read">Reads the answer; null when it is unreadable.</param>
internal sealed record OnionCall<T>(
    Ed25519PublicKey? Destination,
    string Class,
    TimeSpan Limit,
    Func<bool> MayRepeat,
    Action<OnionPath, IBufferWriter<byte>, OnionReplyKey> Build,
    Func<ReadOnlyMemory<byte>, OnionReplyKey, T?> Read)
    where T : class;
