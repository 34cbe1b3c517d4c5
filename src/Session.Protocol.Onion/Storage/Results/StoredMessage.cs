namespace Session.Protocol.Onion.Storage.Results;

/// <summary>One message as it lay in a mailbox.</summary>
/// <param name="Hash">Its name; it was recomputed from the data, so it tells messages apart reliably.</param>
/// <param name="Data">The stored bytes.</param>
/// <param name="Timestamp">When it was stored, as the sender said: milliseconds since 1970.</param>
/// <param name="Expiration">When the node will drop it: milliseconds since 1970.</param>
public sealed record StoredMessage(string Hash, ReadOnlyMemory<byte> Data, long Timestamp, long Expiration);
