namespace Session.Protocol.Interop.Tests.Peers;

/// <summary>The releases of libsignal that tests/interop installs.</summary>
internal static class Releases
{
    /// <summary>0.103: only sessions with the post-quantum ratchet.</summary>
    public const string Current = "current";

    /// <summary>0.72: X3DH, and PQXDH without the post-quantum ratchet.</summary>
    public const string Classic = "classic";

    /// <summary>0.22: X3DH with the older version byte.</summary>
    public const string Legacy = "legacy";
}
