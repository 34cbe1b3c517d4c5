using System.Text.Json.Nodes;
using Session.Protocol.LocalNetwork.Rpc;
using Session.Protocol.LocalNetwork.Storage;

namespace Session.Protocol.LocalNetwork.Faults;

/// <summary>Faults of swarms and of the storage RPC.</summary>
public sealed partial record Fault
{
    private const int RevokedRetrievable = -11;

    /// <summary>7: answers 421 although it is a member, and names the other members.</summary>
    public static Fault WrongSwarm { get; } = new(nameof(WrongSwarm), new FaultEffects
    {
        Calls = IsOfSwarm,
        Call = (call, _) =>
        {
            IReadOnlyList<LocalNode> members = call.Node.Network.MembersOf(call.Call.Account!);
            return new(GetSwarmCall.WrongSwarm(call.Node, call.Call.Account!, [.. members.Where(member => member != call.Node)]));
        },
    });

    /// <summary>8: answers 421 and names nobody.</summary>
    public static Fault WrongSwarmNamingNobody { get; } = new(nameof(WrongSwarmNamingNobody), new FaultEffects
    {
        Calls = IsOfSwarm,
        Call = (call, _) => new(GetSwarmCall.WrongSwarm(call.Node, call.Call.Account!, [])),
    });

    /// <summary>18: every message comes twice in one answer.</summary>
    public static Fault DuplicateMessages { get; } = new(nameof(DuplicateMessages), EditMessages(messages =>
        [.. messages.SelectMany(message => (JsonNode?[])[message?.DeepClone(), message?.DeepClone()])]));

    /// <summary>19: lacks the newest message.</summary>
    public static Fault LacksNewestMessage { get; } = new(nameof(LacksNewestMessage), EditMessages(messages => [.. messages.SkipLast(1).Select(message => message?.DeepClone())]));

    /// <summary>19: gives messages in the opposite order.</summary>
    public static Fault ReversesMessages { get; } = new(nameof(ReversesMessages), EditMessages(messages => [.. messages.Reverse().Select(message => message?.DeepClone())]));

    /// <summary>20: does not know the hash that the client goes on from, and gives the whole namespace again.</summary>
    public static Fault ForgetsLastHash { get; } = new(nameof(ForgetsLastHash), new FaultEffects
    {
        Calls = call => call.Call is RetrieveCall,
        Call = (call, _) => new(((RetrieveCall)call.Call).RunFromStart(call.Node)),
    });

    /// <summary>21: the messages have expired: neither read nor known any more.</summary>
    public static Fault MessagesExpired { get; } = new(nameof(MessagesExpired), new FaultEffects
    {
        Calls = call => call.Call is RetrieveCall or GetExpiriesCall,
        Call = async (_, honest) =>
        {
            RpcReply reply = await honest().ConfigureAwait(false);
            if (reply.Body is JsonObject body && reply.IsSuccess)
            {
                if (body.ContainsKey("messages"))
                {
                    body["messages"] = new JsonArray();
                }

                if (body.ContainsKey("expiries"))
                {
                    body["expiries"] = new JsonObject();
                }
            }

            return reply;
        },
    });

    /// <summary>22: refuses the lifetime of a message: 403.</summary>
    public static Fault RefusesLifetime { get; } = new(nameof(RefusesLifetime), new FaultEffects
    {
        Calls = call => call.Call is StoreCall,
        Call = (_, _) => new(RpcReply.Refuse(403, "Provided expiry/TTL is not valid.")),
    });

    /// <summary>25: a member's signature is wrong.</summary>
    public static Fault BadMemberSignature { get; } = new(nameof(BadMemberSignature), new FaultEffects
    {
        Member = (member, honest) =>
        {
            JsonObject entry = honest();
            if (entry.ContainsKey("signature"))
            {
                entry["signature"] = member.Node.Keys.Sign("something else"u8);
            }

            return new(entry);
        },
    });

    /// <summary>28: 401, as for a member whose token was revoked; the namespace that revoked members may read still answers.</summary>
    public static Fault Unauthorized { get; } = new(nameof(Unauthorized), new FaultEffects
    {
        Calls = call => IsOfSwarm(call) && call.Call is not RetrieveCall { Namespace: RevokedRetrievable },
        Call = (call, _) => new(RpcReply.Refuse(401, $"{call.Call.Method} signature verification failed")),
    });

    /// <summary>40: the node carries the same request out twice, as after a replay, and gives the second answer.</summary>
    public static Fault Replayed { get; } = new(nameof(Replayed), new FaultEffects
    {
        Calls = IsOfSwarm,
        Call = async (_, honest) =>
        {
            await honest().ConfigureAwait(false);
            return await honest().ConfigureAwait(false);
        },
    });

    /// <summary>9: both answer 421 and name each other.</summary>
    /// <param name="one">A member.</param>
    /// <param name="other">Another.</param>
    /// <returns>The fault, which acts at these two.</returns>
    public static Fault PingPong(LocalNode one, LocalNode other)
    {
        ArgumentNullException.ThrowIfNull(one);
        ArgumentNullException.ThrowIfNull(other);
        return new(nameof(PingPong), new FaultEffects
        {
            Calls = call => IsOfSwarm(call) && (call.Node == one || call.Node == other),
            Call = (call, _) => new(GetSwarmCall.WrongSwarm(call.Node, call.Call.Account!, [call.Node == one ? other : one])),
        });
    }

    /// <summary>26: members of the swarm fail to do their part.</summary>
    /// <param name="failure">How.</param>
    /// <returns>The fault; name a node, or all members fail.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Not a value of the enumeration.</exception>
    public static Fault MemberFails(MemberFailure failure)
    {
        string flag = failure switch
        {
            MemberFailure.TimedOut => "timeout",
            MemberFailure.Refused => "code",
            MemberFailure.BadPeerResponse => "bad_peer_response",
            MemberFailure.QueryFailure => "query_failure",
            _ => throw new ArgumentOutOfRangeException(nameof(failure)),
        };
        return new(nameof(MemberFails), new FaultEffects
        {
            Member = async (member, honest) => failure switch
            {
                MemberFailure.TimedOut => await TimeOutAsync(member, honest).ConfigureAwait(false),
                MemberFailure.Refused => new JsonObject { [flag] = "500", ["failed"] = true, ["reason"] = "request failed" },
                _ => new JsonObject { [flag] = true, ["failed"] = true },
            },
        });
    }

    /// <summary>27: all members of the swarm failed.</summary>
    /// <param name="status">Status of the answer as a whole: real nodes say 200, the protocol's description 500.</param>
    /// <returns>The fault, which acts at the entry node.</returns>
    public static Fault AllMembersFail(int status = 200) => new(nameof(AllMembersFail), new FaultEffects
    {
        Calls = call => call.Call is RecursiveCall,
        Call = (call, _) =>
        {
            var swarm = new JsonObject();
            foreach (LocalNode member in call.Node.Network.MembersOf(call.Call.Account!))
            {
                swarm[member.IdentityHex] = new JsonObject { ["failed"] = true, ["query_failure"] = true };
            }

            return new(RpcReply.Json(status, new JsonObject { ["hf"] = call.Node.HardForkJson(), ["swarm"] = swarm, ["t"] = call.Node.Now }));
        },
    });

    /// <summary>39: when a swarm changes, its messages come to the new members late, and stay with the former ones until then.</summary>
    /// <param name="delay">How late, positive, by the network's clock.</param>
    /// <returns>The fault, which acts on changes made while it is there.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Not positive.</exception>
    public static Fault LateHandOver(TimeSpan delay)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(delay, TimeSpan.Zero);
        return new(nameof(LateHandOver), new FaultEffects { HandOverDelay = delay });
    }

    /// <summary>Calls that only a member of the account's swarm carries out.</summary>
    private static bool IsOfSwarm(CallSite call) => call.Call is { Account: not null } and not GetSwarmCall;

    private static FaultEffects EditMessages(Func<JsonArray, JsonNode?[]> edit) => new()
    {
        Calls = call => call.Call is RetrieveCall,
        Call = async (_, honest) =>
        {
            RpcReply reply = await honest().ConfigureAwait(false);
            if (reply.Body is JsonObject body && body["messages"] is JsonArray messages)
            {
                body["messages"] = new JsonArray(edit(messages));
            }

            return reply;
        },
    };
}
