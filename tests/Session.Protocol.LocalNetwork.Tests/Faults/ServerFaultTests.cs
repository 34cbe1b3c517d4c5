using System.Text;
using Session.Protocol.LocalNetwork.Faults;
using Session.Protocol.Onion;
using Session.Protocol.Onion.Paths;
using Session.Protocol.Onion.Requests;

namespace Session.Protocol.LocalNetwork.Tests.Faults;

/// <summary>Faults 12, 23, 33 and 34: a server behind the exit.</summary>
public class ServerFaultTests(FaultNetwork network) : FaultTest(network)
{
    [Fact]
    public async Task Fault12_ServerClock_IsAnAnswerAndNoFailureOfThePath()
    {
        IReadOnlyList<OnionPath> paths = await PathsAsync();
        ActiveFault clock = Add(Fault.ServerClockOff);

        for (int i = 0; i < 4; i++)
        {
            Assert.Equal(425, (await SendAsync()).Code);
        }

        Assert.Equal(4, clock.Fired);
        Assert.Equal(paths, Client.Paths.Paths);
    }

    [Fact]
    public async Task Fault23_UploadTooLarge_IsAnAnswerAndNotTriedAgain()
    {
        ActiveFault size = Add(Fault.RefusesSize.At(NodeRole.Server));

        Assert.Equal(413, (await SendAsync()).Code);
        Assert.Equal(1, size.Fired);
    }

    [Fact]
    public async Task Fault23_BodyOverTenMebibytes_IsRefusedBeforeAnythingIsSent()
    {
        long before = Network.RequestCount("onion_req");

        OnionException e = await FailsAsync(OnionFault.TooLarge, () => SendAsync(new byte[(10 * 1024 * 1024) + 1]).AsTask());

        Assert.False(e.IsTransient);
        Assert.Equal(before, Network.RequestCount("onion_req"));
    }

    [Theory]
    [InlineData(ServerOutage.ConnectionRefused)]
    [InlineData(ServerOutage.TimedOut)]
    [InlineData(ServerOutage.BadGatewayPage)]
    [InlineData(ServerOutage.UnavailablePage)]
    public async Task Fault33_ServerDown_DoesNotPunishThePath(ServerOutage outage)
    {
        IReadOnlyList<OnionPath> paths = await PathsAsync();
        ActiveFault down = Add(Fault.ServerDown(outage));

        for (int i = 0; i < 8; i++)
        {
            OnionException e = await FailsAsync(OnionFault.DestinationFailed, () => SendAsync().AsTask());
            Assert.True(e.IsTransient);
        }

        Assert.Equal(8, down.Fired);
        Assert.Equal(paths, Client.Paths.Paths);
    }

    [Theory]
    [InlineData(OddFraming.LengthTooLong)]
    [InlineData(OddFraming.NoEnd)]
    public async Task Fault34_UnreadableFraming_IsAnInvalidResponse(OddFraming framing)
    {
        ActiveFault odd = Add(Fault.ServerFraming(framing));

        await FailsAsync(OnionFault.InvalidResponse, () => SendAsync().AsTask());
        Assert.Equal(1, odd.Fired);
    }

    [Theory]
    [InlineData(OddFraming.NoBody, 0)]
    [InlineData(OddFraming.NoContentType, 9)]
    public async Task Fault34_LeftOut_CountsAsEmpty(OddFraming framing, int bodySize)
    {
        Add(Fault.ServerFraming(framing));

        ServerResponse answer = await SendAsync();

        Assert.Equal(404, answer.Code);
        Assert.Empty(answer.Headers);
        Assert.Equal(bodySize, answer.Body.Length);
    }

    private ValueTask<ServerResponse> SendAsync(ReadOnlyMemory<byte>? body = null) => Client.SendToServerAsync(
        Network.PushServer.Server,
        new ServerRequest("POST", "/nothing", new Dictionary<string, string>(StringComparer.Ordinal), body ?? Encoding.UTF8.GetBytes("{}")));
}
