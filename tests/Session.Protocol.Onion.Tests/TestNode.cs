using System.Net;
using Session.Protocol.Accounts;
using Session.Protocol.Cryptography;
using Session.Protocol.Onion.Nodes;

namespace Session.Protocol.Onion.Tests;

/// <summary>A node with its secret key.</summary>
internal sealed class TestNode
{
    public TestNode(int number, string? address = null, ulong? swarm = null)
    {
        byte[] seed = new byte[32];
        BitConverter.TryWriteBytes(seed, number + 1);
        byte[] identity = new byte[32], encryption = new byte[32];
        Ed25519.KeyPair(seed, identity, new byte[64]);
        Ed25519.SecretKeyToX25519(seed, Secret);
        X25519.PublicKey(Secret, encryption);
        Node = new ServiceNode(
            new Ed25519PublicKey(identity), new X25519PublicKey(encryption), IPAddress.Parse(address ?? $"127.{1 + (number / 250)}.{number % 250}.1"), 22_000 + number, swarm);
    }

    public ServiceNode Node { get; }

    public byte[] Secret { get; } = new byte[32];

    public static TestNode[] Many(int count) => [.. Enumerable.Range(0, count).Select(i => new TestNode(i))];

    public static ServiceNode[] ManyNodes(int count) => [.. Many(count).Select(node => node.Node)];
}
