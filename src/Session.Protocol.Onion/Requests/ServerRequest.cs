namespace Session.Protocol.Onion.Requests;

/// <summary>A request to a server in v4 form (protocol/22 §6).</summary>
/// <param name="Method">HTTP method, for example <c>GET</c>.</param>
/// <param name="Endpoint">Path and query, begins with <c>/</c>.</param>
/// <param name="Headers">Header names and values; names are case-insensitive.</param>
/// <param name="Body">The body, or null for none.</param>
public sealed record ServerRequest(string Method, string Endpoint, IReadOnlyDictionary<string, string> Headers, ReadOnlyMemory<byte>? Body = null);
