namespace Session.Protocol.LocalNetwork.Faults;

/// <summary>What is odd about a node's TLS.</summary>
public enum TlsTrouble
{
    /// <summary>The handshake is never answered.</summary>
    HandshakeStalls = 0,

    /// <summary>The node's own certificate has expired.</summary>
    ExpiredCertificate,

    /// <summary>The certificate is for another name.</summary>
    OtherName,

    /// <summary>Only TLS 1.0 is spoken.</summary>
    OnlyTls10,
}
