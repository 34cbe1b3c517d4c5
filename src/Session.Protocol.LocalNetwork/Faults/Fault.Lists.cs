using System.Net;
using Session.Protocol.Cryptography;
using Session.Protocol.LocalNetwork.Onion;
using Session.Protocol.LocalNetwork.Seeds;

namespace Session.Protocol.LocalNetwork.Faults;

/// <summary>Faults of node lists and of those who give them.</summary>
public sealed partial record Fault
{
    /// <summary>Address block for documentation: nobody is there.</summary>
    private static readonly byte[] Nowhere = [203, 0, 113];

    /// <summary>29: a seed answers with a page of HTML.</summary>
    public static Fault SeedAnswersWithPage { get; } = new(nameof(SeedAnswersWithPage), new FaultEffects
    {
        Hop = (_, _, _) => new(OnionReply.Text(200, "<html><body>Welcome to nginx!</body></html>") with { ContentType = "text/html" }),
    })
    {
        Role = NodeRole.Seed,
    };

    /// <summary>29: a seed's JSON ends in the middle.</summary>
    public static Fault SeedAnswerTruncated { get; } = new(nameof(SeedAnswerTruncated), new FaultEffects
    {
        Hop = async (_, honest, _) =>
        {
            OnionReply reply = await honest().ConfigureAwait(false);
            return reply with { Body = reply.Body[..(reply.Body.Length / 2)] };
        },
    })
    {
        Role = NodeRole.Seed,
    };

    /// <summary>
    /// 32: the list has odd entries beside the real ones: swarm ids over 2^53 and of 2^64−1, port 0, the address 0.0.0.0 and one of IPv6.
    /// </summary>
    public static Fault OddNodesInList { get; } = new(nameof(OddNodesInList), new FaultEffects
    {
        NodeList = nodes =>
        [
            .. nodes,
            Stranger(1) with { SwarmId = ulong.MaxValue },
            Stranger(2) with { Port = 0 },
            Stranger(3) with { Address = "0.0.0.0" },
            Stranger(4) with { Address = "2001:db8::1" },
            Stranger(5) with { SwarmId = (1UL << 53) + 1, Address = "255.255.255.255" },
        ],
    });

    /// <summary>30: a list of other nodes only.</summary>
    /// <param name="count">How many, at least 0. None makes an empty list, more than 10,000 one that nobody believes.</param>
    /// <returns>The fault.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    public static Fault LyingNodeList(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        return new(nameof(LyingNodeList), new FaultEffects { NodeList = _ => [.. Enumerable.Range(1, count).Select(Stranger)] });
    }

    /// <summary>31: the list ends after some nodes.</summary>
    /// <param name="count">How many are left, at least 0.</param>
    /// <returns>The fault.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    public static Fault ShortNodeList(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        return new(nameof(ShortNodeList), new FaultEffects { NodeList = nodes => [.. nodes.Take(count)] });
    }

    private static NodeListing Stranger(int number)
    {
        Span<byte> seed = stackalloc byte[Ed25519.SeedSize];
        BitConverter.TryWriteBytes(seed, number);
        using var keys = new NodeKeys(seed);
        byte[] address = [.. Nowhere, (byte)((number % 250) + 1)];
        return new NodeListing(keys.Identity, keys.Encryption, new IPAddress(address).ToString(), 22_000, 22_100, 1);
    }
}
