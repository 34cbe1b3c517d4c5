using System.Diagnostics.CodeAnalysis;

namespace Session.Protocol.LocalNetwork.Rpc;

/// <summary>
/// A request that cannot be parsed. The readers of fields throw it, and <see cref="RpcParser"/> and the push server catch it: fifteen
/// methods with a dozen fields each stay a list of fields, and the caller gets a reply value.
/// </summary>
[SuppressMessage("Design", "CA1064:Exceptions should be public", Justification = "It never leaves whoever parses.")]
internal sealed class RefusedException(string text) : Exception(text);
