namespace Session.Protocol.Onion.Requests;

/// <summary>What the destination node answered, decrypted.</summary>
/// <param name="Status">Status of the storage RPC, 200 for success (protocol/21 §8).</param>
/// <param name="Body">UTF-8 text: JSON on success, mostly plain text otherwise.</param>
public sealed record OnionResponse(int Status, ReadOnlyMemory<byte> Body);
