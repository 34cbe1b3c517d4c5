using System.Text.Json.Nodes;
using Session.Protocol.LocalNetwork.Onion;
using Session.Protocol.LocalNetwork.Rpc;
using Session.Protocol.LocalNetwork.Seeds;
using Session.Protocol.Onion.Requests;

namespace Session.Protocol.LocalNetwork.Faults;

/// <summary>What goes wrong on a network at the moment. Faults are asked in the order in which they were added. Safe for concurrent use.</summary>
public sealed class FaultScript
{
    private readonly TimeProvider _clock;
    private readonly ulong _seed;
    private readonly Lock _lock = new();
    private volatile ActiveFault[] _active = [];
    private int _added;

    internal FaultScript(TimeProvider clock, ulong seed)
    {
        _clock = clock;
        _seed = seed;
    }

    /// <summary>The faults that were added and not removed, those that have acted for the last time included.</summary>
    public IReadOnlyList<ActiveFault> Active => _active;

    /// <summary>Lets something go wrong from now on.</summary>
    /// <param name="fault">What, and where.</param>
    /// <returns>A handle that counts and ends it.</returns>
    /// <exception cref="ArgumentException">The fault names an account or a method, but acts where neither can be seen.</exception>
    public ActiveFault Add(Fault fault)
    {
        ArgumentNullException.ThrowIfNull(fault);
        if (fault.SelectsCalls && !fault.Effects.SeesCalls)
        {
            throw new ArgumentException($"{fault.Name} acts on whole requests and connections, where accounts and methods cannot be seen.", nameof(fault));
        }

        lock (_lock)
        {
            var added = new ActiveFault(this, fault, _seed, _added++, _clock.GetTimestamp());
            _active = [.. _active, added];
            return added;
        }
    }

    /// <summary>Ends all faults.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            _active = [];
        }
    }

    internal void Remove(ActiveFault fault)
    {
        lock (_lock)
        {
            _active = [.. _active.Where(other => other != fault)];
        }
    }

    /// <summary>A request at a guard, hop, destination, server or seed.</summary>
    internal ValueTask<OnionReply> HopAsync(HopSite hop, Func<ValueTask<OnionReply>> honest, CancellationToken cancellationToken)
    {
        Func<ValueTask<OnionReply>> next = honest;
        foreach (ActiveFault fault in _active)
        {
            // One that names a method or an account acts on the call instead.
            FaultEffects effects = fault.Fault.Effects;
            if (effects.Hop is { } effect && effects.HopRoles?.Contains(hop.Role) is not false && !fault.Fault.SelectsCalls && fault.TryFire(hop.Site, _clock))
            {
                Func<ValueTask<OnionReply>> inner = next;
                next = () => effect(hop, inner, cancellationToken);
            }
        }

        return next();
    }

    /// <summary>A call at the node that carries it out.</summary>
    internal ValueTask<RpcReply> CallAsync(CallSite call, Func<ValueTask<RpcReply>> honest)
    {
        Func<ValueTask<RpcReply>> next = honest;
        foreach (ActiveFault fault in _active)
        {
            // Without a method or an account in the selector, a fault that can act on the whole request has done so.
            FaultEffects effects = fault.Fault.Effects;
            if (effects.Call is { } effect && effects.Calls?.Invoke(call) is not false && (effects.Hop is null || fault.Fault.SelectsCalls) && fault.TryFire(call.Site, _clock))
            {
                Func<ValueTask<RpcReply>> inner = next;
                next = () => effect(call, inner);
            }
        }

        return next();
    }

    /// <summary>One member's part in a swarm's call.</summary>
    internal ValueTask<JsonObject> MemberAsync(CallSite member, Func<JsonObject> honest) =>
        Find(member.Site, effects => effects.Member) is { } effect ? effect(member, honest) : new(honest());

    internal OnionHopRequest Forward(in FaultSite site, OnionHopRequest request) =>
        Find(site, effects => effects.Forward) is { } effect ? effect(request) : request;

    internal Func<int, JsonNode, byte[]>? Plaintext(in FaultSite site) => Find(site, effects => effects.Plaintext);

    internal Func<OnionReplyKey, byte[], byte[]>? Seal(in FaultSite site) => Find(site, effects => effects.Seal);

    internal Func<ServerResponse, byte[]>? ServerAnswer(in FaultSite site) => Find(site, effects => effects.ServerAnswer);

    internal IReadOnlyList<NodeListing> NodeList(in FaultSite site, IReadOnlyList<NodeListing> nodes) =>
        Find(site, effects => effects.NodeList) is { } effect ? effect(nodes) : nodes;

    internal bool RefusesConnection(in FaultSite site) => FindValue<bool>(site, effects => effects.RefusesConnections ? true : null) is not null;

    internal bool ResetsReusedConnection(in FaultSite site) => FindValue<bool>(site, effects => effects.ResetsReusedConnections ? true : null) is not null;

    internal TlsTrouble? Tls(in FaultSite site) => FindValue(site, effects => effects.Tls);

    internal TimeSpan ClockOffset(in FaultSite site) => FindValue(site, effects => effects.ClockOffset) ?? TimeSpan.Zero;

    internal Version? HardFork(in FaultSite site) => Find(site, effects => effects.HardFork);

    internal TimeSpan HandOverDelay() => FindValue(new FaultSite(NodeRole.Destination, null), effects => effects.HandOverDelay) ?? TimeSpan.Zero;

    private TEffect? Find<TEffect>(in FaultSite site, Func<FaultEffects, TEffect?> select)
        where TEffect : class
    {
        foreach (ActiveFault fault in _active)
        {
            if (select(fault.Fault.Effects) is { } effect && fault.TryFire(site, _clock))
            {
                return effect;
            }
        }

        return null;
    }

    private TEffect? FindValue<TEffect>(in FaultSite site, Func<FaultEffects, TEffect?> select)
        where TEffect : struct
    {
        foreach (ActiveFault fault in _active)
        {
            if (select(fault.Fault.Effects) is { } effect && fault.TryFire(site, _clock))
            {
                return effect;
            }
        }

        return null;
    }
}
