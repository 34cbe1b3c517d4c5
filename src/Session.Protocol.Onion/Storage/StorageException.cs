namespace Session.Protocol.Onion.Storage;

/// <summary>A service node refused a request (protocol/21 §8).</summary>
public sealed class StorageException : OnionException
{
    /// <summary>Makes an exception.</summary>
    /// <param name="fault">What went wrong.</param>
    /// <param name="status">Status of the storage RPC.</param>
    /// <param name="serverText">What the node said, shortened.</param>
    public StorageException(OnionFault fault, int status, string? serverText)
        : base(fault, Describe(status, serverText))
    {
        Status = status;
        ServerText = serverText;
    }

    /// <summary>Status of the storage RPC; 200 when the answer claimed success but proved none.</summary>
    public int Status { get; }

    /// <summary>What the node said: for developers, never to be trusted. Null when it said nothing.</summary>
    public string? ServerText { get; }

    // A node's text can name hashes or keys, so it stays out of the message, which programs log.
    private static string Describe(int status, string? serverText) =>
        $"The service node answered with status {status}{(serverText is null ? string.Empty : " (its text is in ServerText)")}.";
}
