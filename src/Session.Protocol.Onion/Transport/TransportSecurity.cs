namespace Session.Protocol.Onion.Transport;

/// <summary>How the far end of a connection proves who it is.</summary>
public abstract record TransportSecurity
{
    private TransportSecurity()
    {
    }

    /// <summary>
    /// A service node: any certificate is taken, because node certificates identify nothing (protocol/20 §1);
    /// the onion layer inside is encrypted to the node's key.
    /// </summary>
    public static TransportSecurity ServiceNode { get; } = new ServiceNodeSecurity();

    /// <summary>The web's ordinary rules: a trusted chain and the host's name. Also for plain HTTP addresses.</summary>
    public static TransportSecurity Web { get; } = new WebSecurity();

    /// <summary>One certificate and no other.</summary>
    /// <param name="sha256">SHA-256 of the certificate's DER form, 32 bytes.</param>
    /// <returns>The rule.</returns>
    public static TransportSecurity Pinned(ReadOnlyMemory<byte> sha256) => new PinnedSecurity(sha256);

    internal sealed record ServiceNodeSecurity : TransportSecurity;

    internal sealed record WebSecurity : TransportSecurity;

    internal sealed record PinnedSecurity(ReadOnlyMemory<byte> Sha256) : TransportSecurity;
}
