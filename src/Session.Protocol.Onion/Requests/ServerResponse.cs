namespace Session.Protocol.Onion.Requests;

/// <summary>The answer of a server in v4 form (protocol/22 §6).</summary>
/// <param name="Code">HTTP status code.</param>
/// <param name="Headers">Headers; names are lower case.</param>
/// <param name="Body">The body, possibly empty.</param>
public sealed record ServerResponse(int Code, IReadOnlyDictionary<string, string> Headers, ReadOnlyMemory<byte> Body);
