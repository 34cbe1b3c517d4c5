using Session.Protocol.Accounts;

namespace Session.Protocol.Onion;

/// <summary>The local clock plus the offset learned from service nodes (protocol/20 §6). Safe for concurrent use.</summary>
public interface INetworkClock
{
    /// <summary>Network time minus local time.</summary>
    TimeSpan Offset { get; }

    /// <summary>Network time now.</summary>
    DateTimeOffset Now { get; }

    /// <summary>Network time now in milliseconds since 1970, as the protocol writes it.</summary>
    long NowMilliseconds { get; }

    /// <summary>Learns from an answer that carried a node's clock. Many answers of one node count once, so that one wrong clock cannot lead.</summary>
    /// <param name="node">The node that answered.</param>
    /// <param name="nodeMilliseconds">The node's <c>t</c>, milliseconds since 1970.</param>
    void Observe(Ed25519PublicKey node, long nodeMilliseconds);

    /// <summary>Asks several nodes for their clock and takes the median, after an answer said that ours is off.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A task that ends when the offset was set.</returns>
    ValueTask ResynchroniseAsync(CancellationToken cancellationToken = default);
}
