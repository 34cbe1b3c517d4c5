namespace Session.Protocol.Onion.Storage.Results;

/// <summary>What the blockchain daemon behind a node answered.</summary>
/// <param name="Json">The <c>result</c> object, UTF-8 JSON; it is the daemon's, and checked no further.</param>
internal sealed record OxendResult(ReadOnlyMemory<byte> Json);
