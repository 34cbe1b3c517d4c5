using System.Buffers;
using System.Net;
using Session.Protocol.Accounts;
using Session.Protocol.Cryptography;
using Session.Protocol.Onion.Nodes;
using Session.Protocol.Onion.Requests;

namespace Session.Protocol.Fuzz.Targets;

/// <summary>A node with known keys, and the key of a request that was built for it.</summary>
internal static class OnionParty
{
    private static readonly byte[] Secret = [.. Enumerable.Repeat((byte)7, X25519.KeySize)];

    public static X25519PublicKey PublicKey { get; } = MakePublicKey();

    public static OnionReplyKey ReplyKey { get; } = MakeReplyKey();

    /// <summary>Tries to open a layer as this node.</summary>
    public static bool TryOpen(OnionHopRequest request)
    {
        using var replyKey = new OnionReplyKey();
        return request.TryOpen(Secret, PublicKey, replyKey, out _);
    }

    private static X25519PublicKey MakePublicKey()
    {
        Span<byte> key = stackalloc byte[X25519.KeySize];
        X25519.PublicKey(Secret, key);
        return new X25519PublicKey(key);
    }

    private static OnionReplyKey MakeReplyKey()
    {
        var node = new ServiceNode(new Ed25519PublicKey(PublicKey.AsSpan()), PublicKey, IPAddress.Loopback, 22_021);
        var key = new OnionReplyKey();
        new OnionRequestBuilder(RandomSource.System).BuildForNode([node], node, "{}"u8, new ArrayBufferWriter<byte>(), key);
        return key;
    }
}
