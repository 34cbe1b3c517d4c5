using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics;
using System.Security.Cryptography;
using Session.Protocol.Accounts;
using Session.Protocol.Cryptography;
using Session.Protocol.Onion.Nodes;

namespace Session.Protocol.Onion.Requests;

/// <summary>
/// Wraps a request in one layer of encryption for its destination and one for each hop (protocol/22 §5). Pure: nothing is sent.
/// Each layer has an ephemeral key of its own, so no two nodes can tell that they carry the same request. Safe for concurrent use.
/// </summary>
internal sealed class OnionRequestBuilder
{
    /// <summary>Most hops: a node refuses a request whose hop number goes over 15.</summary>
    public const int MaxHops = 15;

    /// <summary>Largest finished body: a node answers 413 to anything longer (protocol/21 §1.1).</summary>
    public const int MaxBodySize = 10 * 1024 * 1024;

    private const int LengthSize = sizeof(uint);

    private readonly OnionCipher _cipher;
    private readonly IRandomSource _random;
    private readonly LayerKeyPool? _keys;

    /// <summary>A builder with one cipher for all layers.</summary>
    /// <param name="random">Where ephemeral keys and nonces come from; drawn in one call per request.</param>
    /// <param name="cipher">The cipher.</param>
    /// <param name="keys">Ephemeral keys made ahead; null makes them with each request.</param>
    public OnionRequestBuilder(IRandomSource random, OnionCipher cipher = OnionCipher.XChaCha20, LayerKeyPool? keys = null)
    {
        ArgumentNullException.ThrowIfNull(random);
        _ = OnionLayer.NonceSize(cipher);
        _random = random;
        _cipher = cipher;
        _keys = keys;
    }

    /// <summary>Length of the body that <see cref="BuildForNode"/> writes.</summary>
    /// <param name="hops">Number of hops, 1 to <see cref="MaxHops"/>.</param>
    /// <param name="payloadLength">Length of the request in bytes.</param>
    /// <returns>Bytes; may be over <see cref="MaxBodySize"/>.</returns>
    public long SizeForNode(int hops, int payloadLength) =>
        Size(hops, (long)LengthSize + payloadLength + ControlJson.Final.Length, ControlJson.RelaySize(_cipher));

    /// <summary>Length of the body that <see cref="BuildForServer"/> writes.</summary>
    /// <param name="hops">Number of hops, 1 to <see cref="MaxHops"/>.</param>
    /// <param name="server">The destination.</param>
    /// <param name="payloadLength">Length of the request in bytes.</param>
    /// <returns>Bytes; may be over <see cref="MaxBodySize"/>.</returns>
    public long SizeForServer(int hops, OnionServer server, long payloadLength)
    {
        ControlJson.RequireUsable(server);
        return Size(hops, payloadLength, ControlJson.ServerSize(_cipher, server));
    }

    /// <summary>Writes the body for <c>https://guard/onion_req/v2</c> that carries a storage RPC request to a node.</summary>
    /// <param name="path">The hops, guard first, 1 to <see cref="MaxHops"/>.</param>
    /// <param name="destination">The node that answers.</param>
    /// <param name="payload">UTF-8 JSON <c>{"method":…,"params":{…}}</c>.</param>
    /// <param name="output">Where the body goes, <see cref="SizeForNode"/> bytes.</param>
    /// <param name="replyKey">Receives the key of the reply.</param>
    /// <exception cref="ArgumentException">No or too many hops, or a body over <see cref="MaxBodySize"/>.</exception>
    /// <exception cref="OnionException">A node's key is of small order.</exception>
    public void BuildForNode(ReadOnlySpan<ServiceNode> path, ServiceNode destination, ReadOnlySpan<byte> payload, IBufferWriter<byte> output, OnionReplyKey replyKey)
    {
        ArgumentNullException.ThrowIfNull(destination);
        Build(path, destination, null, payload, SizeForNode(path.Length, payload.Length), output, replyKey);
    }

    /// <summary>Writes the body for <c>https://guard/onion_req/v2</c> that carries a request to a server.</summary>
    /// <param name="path">The hops, guard first, 1 to <see cref="MaxHops"/>.</param>
    /// <param name="server">The server that answers.</param>
    /// <param name="payload">What the server is to decrypt, for current servers a request in v4 form.</param>
    /// <param name="output">Where the body goes, <see cref="SizeForServer"/> bytes.</param>
    /// <param name="replyKey">Receives the key of the reply.</param>
    /// <exception cref="ArgumentException">No or too many hops, a body over <see cref="MaxBodySize"/>, or an address or target that nodes refuse.</exception>
    /// <exception cref="OnionException">A key is of small order.</exception>
    public void BuildForServer(ReadOnlySpan<ServiceNode> path, OnionServer server, ReadOnlySpan<byte> payload, IBufferWriter<byte> output, OnionReplyKey replyKey) =>
        Build(path, null, server, payload, SizeForServer(path.Length, server, payload.Length), output, replyKey);

    /// <summary>As <see cref="BuildForServer"/>, for a request that is too long for memory: keys and nonces now, the encryption when it is sent.</summary>
    /// <param name="path">The hops, guard first, 1 to <see cref="MaxHops"/>.</param>
    /// <param name="server">The server that answers.</param>
    /// <param name="start">The request as far as its body (<see cref="V4Message.EncodeRequestStart"/>).</param>
    /// <param name="body">Its body, or null for none.</param>
    /// <param name="replyKey">Receives the key of the reply.</param>
    /// <returns>The request; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">As in <see cref="BuildForServer"/>.</exception>
    /// <exception cref="InvalidOperationException">The cipher is not <see cref="OnionCipher.XChaCha20"/>, the only one that works piece by piece.</exception>
    /// <exception cref="OnionException">A key is of small order.</exception>
    public StreamedOnionRequest StreamForServer(
        ReadOnlySpan<ServiceNode> path, OnionServer server, ReadOnlyMemory<byte> start, StreamedBody? body, OnionReplyKey replyKey)
    {
        ArgumentNullException.ThrowIfNull(replyKey);
        if (_cipher != OnionCipher.XChaCha20)
        {
            throw new InvalidOperationException("Only XChaCha20-Poly1305 works piece by piece.");
        }

        RequireSize(SizeForServer(path.Length, server, StreamedOnionRequest.TextLength(start, body)), nameof(body));
        Span<byte> secret = stackalloc byte[X25519.KeySize];
        Span<byte> nonce = stackalloc byte[OnionLayer.MaxNonceSize];
        Span<byte> key = stackalloc byte[OnionLayer.KeySize];
        Span<byte> agreement = stackalloc byte[OnionReplyKey.AgreementSize];
        byte[] control = new byte[ControlJson.ServerSize(_cipher, server) + ControlJson.RelaySize(_cipher)];
        StreamedOnionRequest? unfinished = null;
        try
        {
            unfinished = new StreamedOnionRequest(start, body);
            for (int layer = 0; layer <= path.Length; layer++)
            {
                ServiceNode? recipient = layer == 0 ? null : path[^layer];
                _random.Fill(secret);
                _random.Fill(nonce);
                Agree(layer, recipient, server, secret, agreement, key, replyKey);
                int size = WriteControl(control, layer == path.Length, recipient, server, agreement);
                unfinished.AddLayer(key, nonce, control.AsSpan(0, size));
            }

            StreamedOnionRequest request = unfinished;
            unfinished = null;
            return request;
        }
        finally
        {
            unfinished?.Dispose();
            CryptographicOperations.ZeroMemory(secret);
            CryptographicOperations.ZeroMemory(key);
            CryptographicOperations.ZeroMemory(agreement);
        }
    }

    private static void RequireSize(long size, string parameter)
    {
        if (size > MaxBodySize)
        {
            throw new ArgumentException($"The request would be {size} bytes, nodes accept {MaxBodySize}.", parameter);
        }
    }

    private long Size(int hops, long innermost, int destinationControl)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(hops, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(hops, MaxHops);
        int layers = hops + 1;
        return innermost + ((long)layers * (LengthSize + OnionLayer.Overhead(_cipher)))
            + destinationControl + ((hops - 1L) * ControlJson.RelaySize(_cipher)) + ControlJson.OuterSize(_cipher);
    }

    // Exactly one of node and server is given. From the inside out in one buffer: everything has a place that is known beforehand,
    // length and nonce of each layer in front, tag and control JSON behind, so each layer is encrypted where it stands.
    private void Build(ReadOnlySpan<ServiceNode> path, ServiceNode? node, OnionServer? server, ReadOnlySpan<byte> payload, long size, IBufferWriter<byte> output, OnionReplyKey replyKey)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(replyKey);
        RequireSize(size, nameof(payload));
        Span<byte> body = output.GetSpan((int)size)[..(int)size];
        int layers = path.Length + 1;
        int nonceSize = OnionLayer.NonceSize(_cipher);
        int start = layers * (LengthSize + nonceSize);
        int end = WriteInnermost(body, start, payload, node is not null);

        // Per layer an ephemeral secret and a nonce; the destination's come first, then the hops' from the last to the first.
        int drawSize = X25519.KeySize + nonceSize;
        Span<byte> drawn = stackalloc byte[(X25519.KeySize + OnionLayer.MaxNonceSize) * (MaxHops + 1)];
        Span<byte> key = stackalloc byte[OnionLayer.KeySize];
        Span<byte> agreement = stackalloc byte[OnionReplyKey.AgreementSize];
        drawn = drawn[..(drawSize * layers)];
        try
        {
            _random.Fill(drawn);
            for (int layer = 0; layer < layers; layer++)
            {
                Span<byte> secret = drawn.Slice(layer * drawSize, X25519.KeySize);
                ReadOnlySpan<byte> nonce = drawn.Slice((layer * drawSize) + X25519.KeySize, nonceSize);
                ServiceNode? recipient = layer == 0 ? node : path[^layer];
                Agree(layer, recipient, server, secret, agreement, key, replyKey);
                int layerStart = start - nonceSize;
                OnionLayer.Seal(_cipher, key, nonce, body[start..end], body[layerStart..(end + OnionLayer.TagSize)]);
                end += OnionLayer.TagSize;
                start = layerStart - LengthSize;
                BinaryPrimitives.WriteUInt32LittleEndian(body[start..], (uint)(end - layerStart));
                end += WriteControl(body[end..], layer == path.Length, recipient, server, agreement);
            }
        }
        finally
        {
            CryptographicOperations.ZeroMemory(drawn);
            CryptographicOperations.ZeroMemory(key);
            CryptographicOperations.ZeroMemory(agreement);
        }

        Debug.Assert(start == 0 && end == body.Length, "the layers fill the buffer exactly");
        output.Advance(body.Length);
    }

    private static int WriteInnermost(Span<byte> body, int start, ReadOnlySpan<byte> payload, bool forNode)
    {
        int end = start;
        if (forNode)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(body[end..], (uint)payload.Length);
            end += LengthSize;
        }

        payload.CopyTo(body[end..]);
        end += payload.Length;
        if (forNode)
        {
            ControlJson.Final.CopyTo(body[end..]);
            end += ControlJson.Final.Length;
        }

        return end;
    }

    // Makes the key of a layer, whose agreement is with a node or, in the first layer only, with the server.
    private void Agree(int layer, ServiceNode? node, OnionServer? server, Span<byte> secret, Span<byte> agreement, Span<byte> key, OnionReplyKey replyKey)
    {
        Span<byte> ephemeral = agreement.Slice(X25519.KeySize, X25519.KeySize);
        Span<byte> recipient = agreement[(2 * X25519.KeySize)..];
        (node?.EncryptionKey ?? server!.EncryptionKey).AsSpan().CopyTo(recipient);
        if (_keys is null)
        {
            X25519.PublicKey(secret, ephemeral);
        }
        else
        {
            _keys.Take(secret, ephemeral);
        }

        if (!X25519.TryAgree(secret, recipient, agreement[..X25519.KeySize]))
        {
            // Not the caller's mistake: node keys come from the network.
            throw layer == 0
                ? new OnionException(OnionFault.DestinationFailed, "Nothing can be encrypted to the destination's key.")
                : new OnionException(OnionFault.PathFailed, "Nothing can be encrypted to the key of a hop.");
        }

        OnionLayer.DeriveKey(_cipher, agreement, key);
        if (layer == 0)
        {
            replyKey.Fill(_cipher, agreement);
        }
    }

    private int WriteControl(Span<byte> json, bool isOuter, ServiceNode? recipient, OnionServer? server, ReadOnlySpan<byte> agreement)
    {
        ReadOnlySpan<byte> ephemeral = agreement.Slice(X25519.KeySize, X25519.KeySize);
        return isOuter ? ControlJson.WriteOuter(json, _cipher, ephemeral)
            : recipient is null ? ControlJson.WriteServer(json, _cipher, ephemeral, server!)
            : ControlJson.WriteRelay(json, _cipher, ephemeral, recipient.IdentityKey);
    }
}
