namespace Session.Protocol.Onion.Files;

/// <summary>What a file server says about a file (protocol/23 §3). Nothing of it is signed.</summary>
/// <param name="Id">The server's name for the file: 44 characters, or an old number.</param>
/// <param name="Size">Size in bytes, or null if the server did not say.</param>
/// <param name="UploadedAt">When it was uploaded, or last uploaded again; null if the server did not say.</param>
/// <param name="ExpiresAt">When the server will delete it; null if the server did not say.</param>
public sealed record StoredFile(string Id, long? Size, DateTimeOffset? UploadedAt, DateTimeOffset? ExpiresAt);
