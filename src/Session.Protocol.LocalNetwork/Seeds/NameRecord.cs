namespace Session.Protocol.LocalNetwork.Seeds;

/// <summary>An encrypted name record, both fields in lower-case hexadecimal as the daemon shows them.</summary>
internal sealed record NameRecord(string EncryptedValue, string? Nonce);
