using Session.Protocol.LocalNetwork.Tests.Support;

namespace Session.Protocol.LocalNetwork.Tests.Transcripts;

/// <summary>What the local network answered to a recorded request.</summary>
/// <param name="Answer">Null when there was no HTTP answer.</param>
/// <param name="Onion">How an onion request was built.</param>
internal sealed record ReplayedAnswer(NodeAnswer? Answer, RecordedOnion? Onion);
