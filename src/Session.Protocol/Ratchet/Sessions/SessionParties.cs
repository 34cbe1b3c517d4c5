using Session.Protocol.Accounts;

namespace Session.Protocol.Ratchet.Sessions;

/// <summary>The two ends of a session as they were at the handshake.</summary>
internal sealed record SessionParties(X25519PublicKey LocalIdentity, uint LocalRegistrationId, X25519PublicKey RemoteIdentity, uint RemoteRegistrationId)
{
    public const int SerializedSize = 2 * (X25519PublicKey.Size + sizeof(uint));

    public void Write(ref StateWriter writer)
    {
        writer.Key(LocalIdentity);
        writer.UInt32(LocalRegistrationId);
        writer.Key(RemoteIdentity);
        writer.UInt32(RemoteRegistrationId);
    }

    public static SessionParties Read(ref StateReader reader) => new(reader.Key(), reader.UInt32(), reader.Key(), reader.UInt32());
}
