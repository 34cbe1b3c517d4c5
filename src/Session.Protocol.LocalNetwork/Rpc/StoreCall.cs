using System.Text.Json.Nodes;
using Session.Protocol.Accounts;
using Session.Protocol.LocalNetwork.Storage;
using Session.Protocol.Onion.Swarms;

namespace Session.Protocol.LocalNetwork.Rpc;

/// <summary><c>store</c> (protocol/21 §7.1).</summary>
internal sealed class StoreCall : RecursiveCall
{
    private const int MaxData = 76_800;
    private const int MaxDataText = 102_400;

    /// <summary>How far a message may lie in the future, and its expiry in the past, milliseconds.</summary>
    private const long ClockTolerance = 10_000;

    private readonly long _timestamp;
    private readonly long _expiry;
    private readonly long _signedAt;
    private readonly byte[] _data;
    private readonly SwarmNamespace _namespace;
    private readonly Authentication _authentication;
    private readonly string _hash;

    // The order of the checks is the recorded one: a store without any field complains about the timestamp (entry 117).
    public StoreCall(RpcParameters parameters)
        : this(parameters, ReadTimestamp(parameters))
    {
    }

    private StoreCall(RpcParameters parameters, long timestamp)
        : base("store", ReadAccount(parameters))
    {
        _timestamp = timestamp;
        _namespace = parameters.Namespace() ?? SwarmNamespace.Default;
        _expiry = ReadExpiry(parameters, timestamp);
        _signedAt = parameters.Integer("sig_timestamp") ?? timestamp;
        _authentication = parameters.Authentication(Account, signatureRequired: false);
        _data = ReadData(parameters);
        _hash = MessageHash.Compute(Account, _namespace, _data);
    }

    protected override RpcReply? Apply(LocalNode node, JsonObject entry, bool isEntryNode)
    {
        long now = node.Now;
        if (Check(node, now, isEntryNode) is { } refusal)
        {
            return refusal;
        }

        var message = new StoredMessage(_hash, _namespace.Value, _timestamp, _expiry, _data);
        if (!node.Store.TryStore(Account, message, _namespace.IsPublicOutbox, out bool already, out long expiry))
        {
            entry["failed"] = true;
            entry["query_failure"] = true;
            return null;
        }

        if (already)
        {
            entry["already"] = isEntryNode ? JsonValue.Create(true) : JsonValue.Create(1);
        }
        else if (isEntryNode)
        {
            node.Network.MessageStored?.Invoke(Account, message);
        }

        entry["expiry"] = expiry;
        entry["hash"] = _hash;
        entry["signature"] = Signed(node, _hash);
        if (isEntryNode)
        {
            entry["t"] = now;
        }

        return null;
    }

    protected override RpcReply Finish(LocalNode node, JsonObject swarm, long now) => RpcReply.Json(200, new JsonObject
    {
        ["hash"] = _hash,
        ["hf"] = node.HardForkJson(),
        ["swarm"] = swarm,
        ["t"] = now,
    });

    private RpcReply? Check(LocalNode node, long now, bool isEntryNode)
    {
        if (_expiry - _timestamp < NamespaceRules.MinLifetime || _expiry - _timestamp > _namespace.MaxLifetimeHere)
        {
            return RpcReply.Refuse(403, "Provided expiry/TTL is not valid.");
        }

        if (_timestamp > now + ClockTolerance || _expiry < now - ClockTolerance)
        {
            return RpcReply.Refuse(406, "Timestamp error: check your clock");
        }

        // In a public inbox a signature is read but not looked at (recorded entry 152).
        if (_namespace.IsPublicInbox)
        {
            return null;
        }

        if (_authentication.Signature is null)
        {
            return RpcReply.Refuse(401, $"store: signature required to store to namespace {_namespace}");
        }

        if (IsFarFrom(now, _signedAt, Tolerance(isEntryNode)))
        {
            return RpcReply.Refuse(406, "store signature timestamp too far from current time");
        }

        SubaccountRights rights = _namespace.IsPublicOutbox ? SubaccountRights.Write | SubaccountRights.Delete : SubaccountRights.Write;
        return _authentication.Verify(node.Store, $"store{_namespace.ToSignedText()}{_signedAt}", rights)
            ? null
            : RpcReply.Refuse(401, "store signature verification failed");
    }

    private static long ReadTimestamp(RpcParameters parameters)
    {
        long? timestamp = parameters.Integer("timestamp", alsoText: true);
        if (timestamp is null)
        {
            RpcParameters.Missing("timestamp");
        }

        return timestamp.Value;
    }

    private static string ReadAccount(RpcParameters parameters)
    {
        if (!parameters.Has("data"))
        {
            RpcParameters.Missing("data");
        }

        return parameters.Account();
    }

    private static long ReadExpiry(RpcParameters parameters, long timestamp)
    {
        long? ttl = parameters.Integer("ttl", alsoText: true);
        long? expiry = parameters.Integer("expiry");
        return (ttl, expiry) switch
        {
            (not null, not null) => throw new RefusedException("Cannot specify both 'expiry' and 'ttl'"),
            (null, null) => throw new RefusedException("Required field 'expiry' or 'ttl' missing"),
            (null, { } time) => time,
            ({ } life, null) => unchecked(timestamp + life),
        };
    }

    private static byte[] ReadData(RpcParameters parameters)
    {
        string text = parameters.Text("data")!;
        bool fits = text.Length <= MaxDataText;
        byte[] data = [];
        if (fits && !Base64Text.TryDecode(text, out data))
        {
            throw new RefusedException("Invalid 'data' value: not base64 encoded");
        }

        return fits && data.Length <= MaxData
            ? data
            : throw new RefusedException($"Message body exceeds maximum allowed length of {MaxData} bytes");
    }
}
