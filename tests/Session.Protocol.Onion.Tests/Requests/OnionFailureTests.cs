using System.Text;
using CsCheck;
using Session.Protocol.Accounts;
using Session.Protocol.Onion.Nodes;
using Session.Protocol.Onion.Paths;
using Session.Protocol.Onion.Requests;

namespace Session.Protocol.Onion.Tests.Requests;

public class OnionFailureTests
{
    private static readonly ServiceNode[] Nodes = TestNode.ManyNodes(5);
    private static readonly OnionPath Path = new(Nodes[..3]);
    private static readonly Ed25519PublicKey Destination = Nodes[3].IdentityKey;

    [Theory]
    [InlineData(504, "Request time out", OnionFailureKind.HopTimedOut)]
    [InlineData(500, "Invalid response from snode", OnionFailureKind.InvalidHopResponse)]
    [InlineData(503, "Service node is not ready: syncing\n", OnionFailureKind.GuardNotReady)]
    [InlineData(503, "Server busy, try again later", OnionFailureKind.GuardNotReady)]
    [InlineData(400, "Invalid ciphertext", OnionFailureKind.InvalidCiphertext)]
    [InlineData(400, "Error parsing onion request: bad", OnionFailureKind.Refused)]
    [InlineData(400, "onion request max path length exceeded", OnionFailureKind.Refused)]
    [InlineData(400, "Invalid internal onion request: bad", OnionFailureKind.Refused)]
    [InlineData(413, "Request body too large", OnionFailureKind.TooLarge)]
    [InlineData(429, "Too Many Requests\n", OnionFailureKind.RateLimited)]
    [InlineData(502, "Next node not found: 12", OnionFailureKind.Unknown)]
    [InlineData(502, "<html>Bad Gateway</html>", OnionFailureKind.Unknown)]
    [InlineData(418, "", OnionFailureKind.Unknown)]
    public void Read_TextsOfNodes_AreRecognised(int status, string text, object kind) =>
        Assert.Equal(kind, OnionFailure.Read(status, Encoding.UTF8.GetBytes(text)).Kind);

    [Theory]
    [InlineData("Next node not found: ", OnionFailureKind.NodeNotFound)]
    [InlineData("Next node is currently unreachable: ", OnionFailureKind.NodeUnreachable)]
    [InlineData("Snode not ready: ", OnionFailureKind.NodeNotReady)]
    public void Read_TextThatNamesANode_GivesItsKey(string text, object kind)
    {
        OnionFailure failure = OnionFailure.Read(502, Encoding.UTF8.GetBytes(text + Nodes[4].IdentityKey + "\n"));

        Assert.Equal(kind, failure.Kind);
        Assert.Equal(Nodes[4].IdentityKey, failure.Node);
    }

    [Fact]
    public void Read_AnyBytes_NeverThrows() => Gen.Byte.Array[0, 300].Sample(bytes => _ = OnionFailure.Read(502, bytes));

    [Fact]
    public void Judge_NextHopIsGone_OnlyThatHopIsBlamedAndTheRequestMayGoAgain()
    {
        OnionVerdict verdict = Judge(502, $"Next node not found: {Nodes[1].IdentityKey}");

        Assert.Equal(new OnionVerdict(OnionFault.PathFailed, new PathReport(PathReportKind.NodeGone, Nodes[1].IdentityKey), NotDelivered: true), verdict);
    }

    [Fact]
    public void Judge_DestinationIsGone_ThePathIsNotBlamed()
    {
        OnionVerdict verdict = Judge(502, $"Next node not found: {Destination}");

        Assert.Equal((OnionFault.DestinationFailed, PathReport.Nothing, true), (verdict.Fault, verdict.Report, verdict.DropDestination));
    }

    [Fact]
    public void Judge_RelayNamesTheGuardOrAStranger_NobodyElseSuffers()
    {
        Assert.Equal(PathReport.PathFailed, Judge(502, $"Next node not found: {Nodes[0].IdentityKey}").Report);
        Assert.Equal(PathReport.PathFailed, Judge(502, $"Next node not found: {Nodes[4].IdentityKey}").Report);
    }

    [Theory]
    [InlineData(504, "Request time out", OnionFault.TimedOut)]
    [InlineData(500, "Invalid response from snode", OnionFault.PathFailed)]
    [InlineData(500, "anything", OnionFault.PathFailed)]
    public void Judge_RequestMayHaveArrived_IsNotSentAgain(int status, string text, OnionFault fault)
    {
        OnionVerdict verdict = Judge(status, text);

        Assert.Equal((fault, PathReport.PathFailed, false), (verdict.Fault, verdict.Report, verdict.NotDelivered));
    }

    [Fact]
    public void Judge_ServersOwnError_DoesNotPunishThePath()
    {
        OnionVerdict verdict = OnionFailureRules.Judge(OnionFailure.Read(502, "<html>"u8), 502, Path, destination: null);

        Assert.Equal((OnionFault.DestinationFailed, PathReport.Nothing), (verdict.Fault, verdict.Report));
    }

    private static OnionVerdict Judge(int status, string text) =>
        OnionFailureRules.Judge(OnionFailure.Read(status, Encoding.UTF8.GetBytes(text)), status, Path, Destination);
}
