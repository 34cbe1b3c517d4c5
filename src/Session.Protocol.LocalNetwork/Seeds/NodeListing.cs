using Session.Protocol.Accounts;

namespace Session.Protocol.LocalNetwork.Seeds;

/// <summary>One entry of a node list, as whoever gives the list describes the node: not checked, because lists can lie.</summary>
internal sealed record NodeListing(Ed25519PublicKey Identity, X25519PublicKey Encryption, string Address, int Port, int OmqPort, ulong SwarmId)
{
    public static NodeListing Of(LocalNode node) =>
        new(node.IdentityKey, node.EncryptionKey, node.Address.ToString(), node.HttpsPort, ServiceNodeList.OmqPort(node), node.SwarmId);
}
