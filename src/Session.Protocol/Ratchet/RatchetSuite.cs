namespace Session.Protocol.Ratchet;

/// <summary>
/// Which handshake and which ratchet a session uses (protocol/30 §1, numbers of protocol/32 §4.3). None of them heals
/// against a quantum computer yet: after the handshake only X25519 brings new secrets in.
/// </summary>
public enum RatchetSuite
{
    /// <summary>Not a suite.</summary>
    None = 0,

    /// <summary>X3DH, message version 3. libsignal up to 0.74 starts such sessions.</summary>
    X3dh = 1,

    /// <summary>PQXDH with Kyber1024, message version 4: past messages stay secret from a later quantum computer. libsignal 0.27 to 0.91.</summary>
    Pqxdh = 2,

    /// <summary>
    /// PQXDH, and every message key mixes in a second chain that starts from the KEM secret. It is the symmetric part of
    /// libsignal's SPQR, which libsignal demands from 0.92 on; the part that renews the KEM secret is not built, so there is
    /// no post-quantum healing.
    /// </summary>
    PqxdhWithPqChain = 3,
}
