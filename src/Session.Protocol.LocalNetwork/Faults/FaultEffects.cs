using System.Text.Json.Nodes;
using Session.Protocol.LocalNetwork.Onion;
using Session.Protocol.LocalNetwork.Rpc;
using Session.Protocol.LocalNetwork.Seeds;
using Session.Protocol.Onion.Requests;

namespace Session.Protocol.LocalNetwork.Faults;

/// <summary>
/// What a fault does, by the place where it acts; most act at one or two. Each gets the honest way of doing it and may take it,
/// change what comes out, or leave it.
/// </summary>
internal sealed record FaultEffects
{
    /// <summary>A whole request and its reply, at whatever role.</summary>
    public Func<HopSite, Func<ValueTask<OnionReply>>, CancellationToken, ValueTask<OnionReply>>? Hop { get; init; }

    /// <summary>The roles for which <see cref="Hop"/> has a meaning; null for all.</summary>
    public IReadOnlyList<NodeRole>? HopRoles { get; init; }

    /// <summary>One call of the storage RPC at the node that carries it out.</summary>
    public Func<CallSite, Func<ValueTask<RpcReply>>, ValueTask<RpcReply>>? Call { get; init; }

    /// <summary>The calls for which <see cref="Call"/> has a meaning; null for all.</summary>
    public Func<CallSite, bool>? Calls { get; init; }

    /// <summary>One member's part in a call that the whole swarm carries out, and its entry in the answer.</summary>
    public Func<CallSite, Func<JsonObject>, ValueTask<JsonObject>>? Member { get; init; }

    /// <summary>What a hop passes on to the next.</summary>
    public Func<OnionHopRequest, OnionHopRequest>? Forward { get; init; }

    /// <summary>The plaintext of a destination's answer: status and body to bytes.</summary>
    public Func<int, JsonNode, byte[]>? Plaintext { get; init; }

    /// <summary>The encryption of a destination's answer.</summary>
    public Func<OnionReplyKey, byte[], byte[]>? Seal { get; init; }

    /// <summary>The bytes of a server's answer in v4 form.</summary>
    public Func<ServerResponse, byte[]>? ServerAnswer { get; init; }

    /// <summary>The node list that a seed or node gives.</summary>
    public Func<IReadOnlyList<NodeListing>, IReadOnlyList<NodeListing>>? NodeList { get; init; }

    /// <summary>A connection that is being made, before TLS: true breaks it off.</summary>
    public bool RefusesConnections { get; init; }

    /// <summary>A second request on a kept connection: true breaks the connection off.</summary>
    public bool ResetsReusedConnections { get; init; }

    /// <summary>The TLS handshake.</summary>
    public TlsTrouble? Tls { get; init; }

    /// <summary>How far a node's clock is off.</summary>
    public TimeSpan? ClockOffset { get; init; }

    /// <summary>The hard fork that a node reports.</summary>
    public Version? HardFork { get; init; }

    /// <summary>How long messages stay with the former owners when a swarm changes.</summary>
    public TimeSpan? HandOverDelay { get; init; }

    /// <summary>Whether the fault sees methods and accounts.</summary>
    public bool SeesCalls => Call is not null || (Member is not null && Hop is null);
}
