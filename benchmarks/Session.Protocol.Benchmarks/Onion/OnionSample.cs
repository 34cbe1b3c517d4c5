using System.Buffers;
using System.Net;
using Session.Protocol.Accounts;
using Session.Protocol.Benchmarks.Floors;
using Session.Protocol.Cryptography;
using Session.Protocol.Onion.Nodes;
using Session.Protocol.Onion.Requests;

namespace Session.Protocol.Benchmarks.Onion;

/// <summary>Three hops and a destination with known keys, and one request of 1 KiB through them.</summary>
internal sealed class OnionSample
{
    public const int PayloadSize = 1024;
    public const int Layers = 4;

    public OnionSample()
    {
        Raw = [.. Enumerable.Range(0, Layers).Select(i => new RawAccount((byte)(10 + i)))];
        Nodes = [.. Raw.Select((account, i) => new ServiceNode(
            new Ed25519PublicKey(account.SigningKey), new X25519PublicKey(account.EncryptionKey), new IPAddress([127, 0, (byte)(i + 1), 1]), 22_021))];
        LayerSizes = MeasureLayers();
    }

    public RawAccount[] Raw { get; }

    public ServiceNode[] Nodes { get; }

    public OnionRequestBuilder Builder { get; } = new(RandomSource.System);

    public byte[] Payload { get; } = new byte[PayloadSize];

    /// <summary>Bytes of plaintext in the layers, the guard's first.</summary>
    public int[] LayerSizes { get; }

    public ReadOnlySpan<ServiceNode> Path => Nodes.AsSpan(0, Layers - 1);

    public ServiceNode Destination => Nodes[^1];

    public byte[] Build()
    {
        var output = new ArrayBufferWriter<byte>();
        using var key = new OnionReplyKey();
        Builder.BuildForNode(Path, Destination, Payload, output, key);
        return output.WrittenSpan.ToArray();
    }

    private int[] MeasureLayers()
    {
        int[] sizes = new int[Layers];
        using var key = new OnionReplyKey();
        bool ok = OnionHopRequest.TryParse(Build(), out OnionHopRequest? request);
        for (int i = 0; i < Layers; i++)
        {
            byte[]? plaintext = null;
            PeeledLayer? layer = null;
            ok = ok && request!.TryOpen(Raw[i].EncryptionSecret, Nodes[i].EncryptionKey, key, out plaintext) && PeeledLayer.TryParse(plaintext, out layer);
            if (!ok)
            {
                throw new InvalidOperationException($"Layer {i} does not open.");
            }

            sizes[i] = plaintext!.Length;
            request = (layer as PeeledLayer.ToNode)?.Request;
        }

        return sizes;
    }
}
