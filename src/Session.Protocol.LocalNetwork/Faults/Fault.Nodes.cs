using System.Text.Json.Nodes;
using Session.Protocol.LocalNetwork.Onion;
using Session.Protocol.LocalNetwork.Rpc;
using Session.Protocol.Onion.Requests;

namespace Session.Protocol.LocalNetwork.Faults;

/// <summary>Faults of nodes and of the way to them.</summary>
public sealed partial record Fault
{
    /// <summary>How long a node waits for the next hop (protocol/22 §5).</summary>
    private static readonly TimeSpan HopLimit = TimeSpan.FromSeconds(30);

    /// <summary>Roles before which a relay stands that can say something about it.</summary>
    private static readonly NodeRole[] BehindAnother = [NodeRole.Middle, NodeRole.Exit, NodeRole.Destination];

    /// <summary>How long an entry node waits for a member of the swarm (protocol/21 §6).</summary>
    private static readonly TimeSpan MemberLimit = TimeSpan.FromSeconds(5);

    /// <summary>
    /// 1: takes no connection; a relay before it waits 30 seconds and answers 504 <c>Request time out</c>; the swarm counts it as
    /// timed out after 5 and repeats the call to it later.
    /// </summary>
    public static Fault NodeDown { get; } = new(nameof(NodeDown), new FaultEffects
    {
        RefusesConnections = true,
        Hop = async (hop, _, cancellationToken) =>
        {
            if (hop.Role is NodeRole.Guard or NodeRole.Seed)
            {
                return OnionReply.Broken;
            }

            if (hop.Role == NodeRole.Server)
            {
                return OnionReply.Text(502, "Failed to connect to server: Couldn't connect to server");
            }

            await Task.Delay(HopLimit, hop.Clock, cancellationToken).ConfigureAwait(false);
            return OnionReply.Text(504, "Request time out");
        },
        Member = async (member, honest) => member.IsEntryNode ? honest() : await TimeOutAsync(member, honest).ConfigureAwait(false),
    });

    /// <summary>2: the node before it does not know it: 502 <c>Next node not found</c>. The selectors tell the unknown node.</summary>
    public static Fault NotInNodeLists { get; } = new(nameof(NotInNodeLists), new FaultEffects
    {
        HopRoles = BehindAnother,
        Hop = (hop, _, _) => new(OnionReply.Text(502, $"Next node not found: {hop.Site.Node?.IdentityHex}")),
    });

    /// <summary>3: the node before it cannot reach it, in the words of newer versions: 502 <c>Next node is currently unreachable</c>.</summary>
    public static Fault NodeUnreachable { get; } = new(nameof(NodeUnreachable), new FaultEffects
    {
        HopRoles = BehindAnother,
        Hop = (hop, _, _) => new(OnionReply.Text(502, $"Next node is currently unreachable: {hop.Site.Node?.IdentityHex}")),
    });

    /// <summary>4: not ready yet: 503, from a guard as HTTP text, from a hop with its key, from a destination encrypted.</summary>
    public static Fault NotReady { get; } = new(nameof(NotReady), new FaultEffects
    {
        Hop = (hop, _, _) => new(hop.Role switch
        {
            NodeRole.Guard => OnionReply.Text(503, "Service node is not ready: syncing\n"),
            NodeRole.Destination => hop.Say(503, "Snode not ready"),
            _ => OnionReply.Text(503, $"Snode not ready: {hop.Site.Node?.IdentityHex}"),
        }),
    });

    /// <summary>5: 503 <c>Server busy, try again later</c>. A guard's, unless another role is named.</summary>
    public static Fault Busy { get; } = new(nameof(Busy), new FaultEffects { Hop = (hop, _, _) => new(hop.Say(503, "Server busy, try again later")) })
    {
        Role = NodeRole.Guard,
    };

    /// <summary>16: the connection to it breaks while it works: the one before answers 500 <c>Invalid response from snode</c>.</summary>
    public static Fault BreaksMidway { get; } = new(nameof(BreaksMidway), new FaultEffects
    {
        Hop = async (_, honest, _) =>
        {
            await honest().ConfigureAwait(false);
            return OnionReply.Broken;
        },
    });

    /// <summary>17: changes a byte of what it passes on, so that the next node answers 400 <c>Invalid ciphertext</c>. A middle's, unless another role is named.</summary>
    public static Fault TampersWithRequests { get; } = new(nameof(TampersWithRequests), new FaultEffects
    {
        Forward = request =>
        {
            byte[] ciphertext = request.Data.ToArray();
            ciphertext[^1] ^= 1;
            return request with { Data = ciphertext };
        },
    })
    {
        Role = NodeRole.Middle,
    };

    /// <summary>24: 429, from a guard as HTTP text, from a destination or for a method encrypted.</summary>
    public static Fault RateLimited { get; } = new(nameof(RateLimited), new FaultEffects
    {
        Hop = (hop, _, _) => new(hop.Say(429, hop.Role == NodeRole.Guard ? "Too Many Requests\n" : "Too many requests, try again later")),
        Call = (_, _) => new(RpcReply.Refuse(429, "Too many requests, try again later")),
    });

    /// <summary>36: status 200 with a plain text. A guard's, unless another role is named.</summary>
    public static Fault PlainText { get; } = new(nameof(PlainText), new FaultEffects { Hop = (_, _, _) => new(OnionReply.Text(200, "It works!")) })
    {
        Role = NodeRole.Guard,
    };

    /// <summary>38: closes a kept connection when the second request comes.</summary>
    public static Fault ResetsReusedConnections { get; } = new(nameof(ResetsReusedConnections), new FaultEffects { ResetsReusedConnections = true });

    /// <summary>6: answers late, after the work was done: whoever gave up meanwhile does not know whether it was.</summary>
    /// <param name="delay">How much later, positive, by the network's clock.</param>
    /// <returns>The fault.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Not positive.</exception>
    public static Fault Slow(TimeSpan delay)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(delay, TimeSpan.Zero);
        return new(nameof(Slow), new FaultEffects
        {
            Hop = async (hop, honest, cancellationToken) =>
            {
                OnionReply reply = await honest().ConfigureAwait(false);
                await Task.Delay(delay, hop.Clock, cancellationToken).ConfigureAwait(false);
                return reply;
            },
            Call = async (call, honest) =>
            {
                RpcReply reply = await honest().ConfigureAwait(false);
                await Task.Delay(delay, call.Node.Network.Clock, call.CancellationToken).ConfigureAwait(false);
                return reply;
            },
        });
    }

    /// <summary>10: the client's clock is off. As no network can change that, the clocks of all nodes are off the other way.</summary>
    /// <param name="ahead">How far the client is ahead; negative when it is behind.</param>
    /// <returns>The fault.</returns>
    public static Fault ClientClockOff(TimeSpan ahead) => new(nameof(ClientClockOff), new FaultEffects { ClockOffset = -ahead });

    /// <summary>11: a node's clock is off: the times that it tells, and which signatures it takes.</summary>
    /// <param name="ahead">How far the node is ahead; negative when it is behind.</param>
    /// <returns>The fault.</returns>
    public static Fault NodeClockOff(TimeSpan ahead) => new(nameof(NodeClockOff), new FaultEffects { ClockOffset = ahead });

    /// <summary>35: a node reports another hard fork and obeys its rules; see also <see cref="LocalNetwork.SetHardFork"/>.</summary>
    /// <param name="hardFork">Fork and revision.</param>
    /// <returns>The fault.</returns>
    public static Fault ReportsHardFork(Version hardFork)
    {
        ArgumentNullException.ThrowIfNull(hardFork);
        return new(nameof(ReportsHardFork), new FaultEffects { HardFork = hardFork });
    }

    /// <summary>37: something is odd about TLS. At the nodes, unless a seed is named.</summary>
    /// <param name="trouble">What.</param>
    /// <returns>The fault.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Not a value of the enumeration.</exception>
    public static Fault OddTls(TlsTrouble trouble) => Enum.IsDefined(trouble)
        ? new(nameof(OddTls), new FaultEffects { Tls = trouble }) { Role = NodeRole.Guard }
        : throw new ArgumentOutOfRangeException(nameof(trouble));

    private static async ValueTask<JsonObject> TimeOutAsync(CallSite member, Func<JsonObject> honest)
    {
        await Task.Delay(MemberLimit, member.Node.Network.Clock, member.CancellationToken).ConfigureAwait(false);
        member.Node.Peers.Miss(() => honest());
        return new JsonObject { ["failed"] = true, ["timeout"] = true };
    }
}
