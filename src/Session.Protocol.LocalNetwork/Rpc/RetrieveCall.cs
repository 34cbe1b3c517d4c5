using System.Text.Json.Nodes;
using Session.Protocol.Accounts;
using Session.Protocol.LocalNetwork.Storage;
using Session.Protocol.Onion.Swarms;

namespace Session.Protocol.LocalNetwork.Rpc;

/// <summary><c>retrieve</c>, answered by one node alone (protocol/21 §7.2).</summary>
internal sealed class RetrieveCall : RpcCall
{
    /// <summary>Largest answer, counted as <see cref="SizeOf"/> does.</summary>
    private const long MaxSize = 7_800_000;

    /// <summary>Without any limit in the request: a fifth.</summary>
    private const long DefaultFraction = 5;

    private const int OverheadPerMessage = 100;

    private static readonly string[] AuthenticationFields = ["signature", "timestamp", "pubkey_ed25519", "subaccount", "subaccount_sig"];

    private readonly SwarmNamespace _namespace;
    private readonly string? _lastHash;
    private readonly long? _maxCount;
    private readonly long? _maxSize;
    private readonly long _timestamp;
    private readonly Authentication? _authentication;

    public RetrieveCall(RpcParameters parameters)
        : base("retrieve")
    {
        Account = parameters.Account();
        SwarmNamespace? ns = parameters.Namespace();
        _namespace = ns ?? SwarmNamespace.Default;
        _maxCount = NonZero(parameters.Integer("max_count"));
        _maxSize = NonZero(parameters.Integer("max_size"));
        _timestamp = parameters.Integer("timestamp") ?? 0;

        // A bare request of namespace 0 is refused later, with 401; anything that looks like an attempt to sign must be whole.
        bool attempted = AuthenticationFields.Any(parameters.Has);
        if (attempted || (ns is not null && _namespace.NeedsSignatureToRead))
        {
            _authentication = parameters.Authentication(Account, signatureRequired: true);
        }

        _lastHash = parameters.Text("last_hash") ?? parameters.Text("lastHash");
        if (!string.IsNullOrEmpty(_lastHash) && !MessageHash.IsWellFormed(_lastHash))
        {
            throw new RefusedException("Invalid last_hash: expected base64 (43 chars)");
        }
    }

    public override string Account { get; }

    public int Namespace => _namespace.Value;

    public override ValueTask<RpcReply> RunAsync(LocalNode node, CancellationToken cancellationToken) => new(Run(node, _lastHash));

    /// <summary>As if the node did not know the hash to go on from.</summary>
    public RpcReply RunFromStart(LocalNode node) => Run(node, lastHash: null);

    private RpcReply Run(LocalNode node, string? lastHash)
    {
        if (!node.Network.MembersOf(Account).Contains(node))
        {
            return GetSwarmCall.WrongSwarm(node, Account);
        }

        long now = node.Now;
        if (Check(node, now) is { } refusal)
        {
            return refusal;
        }

        (List<JsonNode> messages, bool more) = node.Store.Read(Account, mailbox => Collect(mailbox, lastHash));
        return RpcReply.Json(200, new JsonObject
        {
            ["hf"] = node.HardForkJson(),
            ["messages"] = new JsonArray([.. messages ?? []]),
            ["more"] = more,
            ["t"] = now,
        });
    }

    private RpcReply? Check(LocalNode node, long now)
    {
        if (_authentication is null)
        {
            return _namespace.NeedsSignatureToRead ? RpcReply.Refuse(401, "retrieve: request signature required") : null;
        }

        if (IsFarFrom(now, _timestamp))
        {
            return RpcReply.Refuse(406, "retrieve timestamp too far from current time");
        }

        string text = $"retrieve{_namespace.ToSignedText()}{_timestamp}";
        return _authentication.Verify(node.Store, text, SubaccountRights.Read, _namespace.ReadableWhenRevoked)
            ? null
            : RpcReply.Refuse(401, "retrieve signature verification failed");
    }

    private (List<JsonNode> Messages, bool More) Collect(Mailbox mailbox, string? lastHash)
    {
        IReadOnlyList<StoredMessage> all = mailbox.In(_namespace.Value);
        List<JsonNode> found = [];
        if (_maxCount < 0)
        {
            // Recorded after entry 159: nothing, and "more" is false. The server's arithmetic, kept.
            return (found, false);
        }

        long left = SizeLimit();
        for (int i = FirstAfter(all, lastHash); i < all.Count; i++)
        {
            StoredMessage message = all[i];
            left -= SizeOf(message);
            if (found.Count > 0 && (left < 0 || found.Count >= _maxCount))
            {
                return (found, true);
            }

            found.Add(Describe(message));
        }

        return (found, false);
    }

    // A hash that is not there any more starts from the beginning; the client drops what it knows (recorded entries 67, 163).
    private static int FirstAfter(IReadOnlyList<StoredMessage> messages, string? lastHash)
    {
        for (int i = 0; i < messages.Count; i++)
        {
            if (string.Equals(messages[i].Hash, lastHash, StringComparison.Ordinal))
            {
                return i + 1;
            }
        }

        return 0;
    }

    private long SizeLimit() => _maxSize switch
    {
        null => _maxCount is null ? MaxSize / DefaultFraction : MaxSize,
        < 0 => MaxSize / Math.Max(1, -Math.Max(_maxSize.Value, -MaxSize)),
        _ => Math.Min(_maxSize.Value, MaxSize),
    };

    private static long SizeOf(StoredMessage message) => OverheadPerMessage + message.Hash.Length + (((message.Data.Length * 4L) + 2) / 3);

    private static JsonObject Describe(StoredMessage message) => new()
    {
        // The server's encoder turns no bytes into a lone padding character (recorded entry 70); clients must read it.
        ["data"] = message.Data.Length == 0 ? "=" : Convert.ToBase64String(message.Data),
        ["expiration"] = message.Expiry,
        ["hash"] = message.Hash,
        ["timestamp"] = message.Timestamp,
    };

    private static long? NonZero(long? value) => value is 0 ? null : value;
}
