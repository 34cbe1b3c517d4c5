using System.Diagnostics.CodeAnalysis;

namespace Session.Protocol.LocalNetwork.Rpc;

/// <summary>
/// A request that cannot be parsed. The readers of fields throw it and <see cref="RpcParser"/> alone catches it: fifteen methods
/// with a dozen fields each stay a list of fields, and the caller gets a reply value.
/// </summary>
[SuppressMessage("Design", "CA1064:Exceptions should be public", Justification = "It never leaves the parser.")]
internal sealed class RefusedException(string text) : Exception(text);
