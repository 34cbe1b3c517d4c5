namespace Session.Protocol.LocalNetwork.Rpc;

/// <summary>One parsed request. All parts of a batch are parsed before any runs, so parsing and running are apart.</summary>
internal abstract class RpcCall(string method)
{
    public string Method { get; } = method;

    /// <summary>Whose mailbox it is about, 66 lower-case digits; null for calls without an account.</summary>
    public virtual string? Account => null;

    public abstract ValueTask<RpcReply> RunAsync(LocalNode node, CancellationToken cancellationToken);

    /// <summary>Signatures hold for a minute around the node's clock.</summary>
    protected const long SignatureTolerance = 60_000;

    protected static bool IsFarFrom(long now, long timestamp, long tolerance = SignatureTolerance) =>
        timestamp < now - tolerance || timestamp > now + tolerance;
}
