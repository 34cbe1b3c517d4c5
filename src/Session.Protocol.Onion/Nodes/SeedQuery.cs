namespace Session.Protocol.Onion.Nodes;

/// <summary>What a seed is asked. Seeds are daemons of many ages and stand-ins for them: one may know only one of the two names.</summary>
internal static class SeedQuery
{
    /// <summary>The requests to try, in this order, until one is answered with a list.</summary>
    public static IReadOnlyList<ReadOnlyMemory<byte>> Requests { get; } =
    [
        """{"jsonrpc":"2.0","id":"0","method":"get_n_service_nodes","params":{"active_only":true,"fields":{"public_ip":true,"storage_port":true,"pubkey_x25519":true,"pubkey_ed25519":true,"swarm_id":true}}}"""u8.ToArray(),
        """{"jsonrpc":"2.0","id":"0","method":"get_service_nodes","params":{"active_only":true,"fields":{"public_ip":true,"storage_port":true,"pubkey_x25519":true,"pubkey_ed25519":true,"swarm_id":true}}}"""u8.ToArray(),
    ];
}
