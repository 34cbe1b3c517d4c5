using System.Text;
using Session.Protocol.Accounts;
using Session.Protocol.Onion.Files;
using Session.Protocol.Onion.Requests;

namespace Session.Protocol.Onion.Tests.Files;

public class FileServerTests
{
    private const string Id = "tKO2VVg1JPHwgZuvqK_7bDHJeSr4UJ_8i13ETlwAn0jB";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Upload_WithTimeToLive_SendsWhatOfficialClientsSend()
    {
        var onion = new ScriptedServer(_ => ScriptedServer.Json($$"""{"id":"{{Id}}","size":5,"uploaded":1775000000.25,"expires":1776209600.5}"""));
        var server = new FileServer(onion, FileServerOptions.Default with { TimeToLive = TimeSpan.FromDays(1) });

        StoredFile stored = await server.UploadAsync("hello"u8.ToArray(), cancellationToken: Cancellation);

        (OnionServer to, ServerRequest request) = Assert.Single(onion.Requests);
        Assert.Equal("http://filev2.getsession.org/", to.Address.ToString());
        Assert.Equal("09324794aa9c11948189762d198c618148e9136ac9582068180661208927ef34", to.EncryptionKey.ToString());
        Assert.Equal(("POST", "/file"), (request.Method, request.Endpoint));
        Assert.Equal("86400", request.Headers["X-FS-TTL"]);
        Assert.Equal("application/octet-stream", request.Headers["Content-Type"]);
        Assert.Equal("hello", Encoding.UTF8.GetString(request.Body!.Value.Span));
        Assert.Equal(
            new StoredFile(Id, 5, DateTimeOffset.FromUnixTimeMilliseconds(1775000000250), DateTimeOffset.FromUnixTimeMilliseconds(1776209600500)), stored);
    }

    [Theory]
    [InlineData("""{"id":"123"}""", "123")]
    [InlineData("""{"id":123,"expires":-1,"uploaded":1e300,"size":-5}""", "123")]
    [InlineData("""{"id":"abc","expires":"soon","uploaded":null,"size":1.5}""", "abc")]
    public async Task Upload_OldOrOddAnswer_GivesTheIdAndNothingElse(string json, string id)
    {
        var server = new FileServer(new ScriptedServer(_ => ScriptedServer.Json(json)));
        Assert.Equal(new StoredFile(id, null, null, null), await server.UploadAsync(new byte[1], cancellationToken: Cancellation));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"id":""}""")]
    [InlineData("""{"id":"../x"}""")]
    [InlineData("""{"id":null}""")]
    [InlineData("""{"id":1.5}""")]
    public async Task Upload_UnreadableAnswer_IsAnInvalidResponse(string json)
    {
        var server = new FileServer(new ScriptedServer(_ => ScriptedServer.Json(json)));
        await FailsAsync(OnionFault.InvalidResponse, async () => await server.UploadAsync(new byte[1], cancellationToken: Cancellation));
    }

    [Theory]
    [InlineData(413, OnionFault.TooLarge, false)]
    [InlineData(404, OnionFault.NotFound, false)]
    [InlineData(401, OnionFault.Unauthorized, false)]
    [InlineData(400, OnionFault.Rejected, false)]
    [InlineData(500, OnionFault.ServerBusy, true)]
    [InlineData(507, OnionFault.ServerBusy, true)]
    [InlineData(0, OnionFault.Rejected, false)]
    public async Task Download_RefusedByTheServer_ThrowsTheFault(int code, OnionFault expected, bool isTransient)
    {
        var onion = new ScriptedServer(_ => ScriptedServer.Json($$"""{"status_code":{{code}}}""", code));
        OnionException e = await FailsAsync(expected, async () => await new FileServer(onion).DownloadAsync(Id, Cancellation));
        Assert.Equal(isTransient, e.IsTransient);
        Assert.Single(onion.Requests);
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(2, false)]
    public async Task GetClientRelease_ClockIsOff_SignsOnceMoreWithTheNewTime(int refusals, bool succeeds)
    {
        int left = refusals;
        var onion = new ScriptedServer(_ => left-- > 0 ? ScriptedServer.Json("Timestamp", 425) : ScriptedServer.Json("""{"result":"v1.2.3","updated":1775000000.5}"""));
        using SessionIdentity identity = SessionIdentity.FromSeed([.. Enumerable.Repeat((byte)0x55, 32)]);
        var server = new FileServer(onion);
        if (succeeds)
        {
            ClientRelease release = await server.GetClientReleaseAsync(ClientPlatform.Desktop, identity, Cancellation);
            Assert.Equal(new ClientRelease("v1.2.3", DateTimeOffset.FromUnixTimeMilliseconds(1775000000500)), release);
        }
        else
        {
            await FailsAsync(OnionFault.ClockOutOfSync, async () => await server.GetClientReleaseAsync(ClientPlatform.Desktop, identity, Cancellation));
        }

        Assert.Equal(1, onion.Resynchronisations);
        Assert.Equal(["1775000000", "1775000001"], onion.Requests.Select(x => x.Request.Headers["X-FS-Timestamp"]));
    }

    // protocol/23 §5
    [Fact]
    public async Task GetClientRelease_WorkedExample_IsSignedLikeIt()
    {
        var onion = new ScriptedServer(_ => ScriptedServer.Json("""{"result":"v1"}"""));
        using SessionIdentity identity = SessionIdentity.FromSeed([.. Enumerable.Repeat((byte)0x55, 32)]);
        await new FileServer(onion).GetClientReleaseAsync(ClientPlatform.Desktop, identity, Cancellation);

        ServerRequest request = Assert.Single(onion.Requests).Request;
        Assert.Equal("/session_version?platform=desktop", request.Endpoint);
        Assert.Equal("07f7087a2b97afe131f50105a52f4dc01bbb77ef2e20722dbe704629c7b4e4b688", request.Headers["X-FS-Pubkey"]);
        Assert.Equal("BN52rzK8yTqBkF1zOlqDAuBw2wgkSt+eNKqRLTwc/KyW0wcZplORyVkOTASr5S3hybutxwVwwRg+sDPcL6sYDw==", request.Headers["X-FS-Signature"]);
    }

    [Fact]
    public async Task Upload_TooLarge_IsKnownBeforeAnythingIsSent()
    {
        var onion = new ScriptedServer(_ => throw new NotSupportedException());
        var server = new FileServer(onion, FileServerOptions.Default with { MaxUploadSize = 10 });
        await FailsAsync(OnionFault.TooLarge, async () => await server.UploadAsync(new byte[11], cancellationToken: Cancellation));
        Assert.Empty(onion.Requests);
    }

    [Fact]
    public async Task Calls_Misused_Throw()
    {
        var server = new FileServer(new ScriptedServer(_ => throw new NotSupportedException()));
        await Assert.ThrowsAsync<ArgumentException>(async () => await server.UploadAsync(default, cancellationToken: Cancellation));
        await Assert.ThrowsAsync<ArgumentException>(async () => await server.DownloadAsync("a/b", Cancellation));
        await Assert.ThrowsAsync<ArgumentException>(async () => await server.ExtendAsync("123", cancellationToken: Cancellation));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await server.ExtendAsync(Id, TimeSpan.Zero, Cancellation));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await server.UploadAsync(new byte[1], TimeSpan.MaxValue, Cancellation));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await server.GetClientReleaseAsync((ClientPlatform)9, null, Cancellation));
        Assert.Throws<ArgumentOutOfRangeException>(() => new FileServer(new ScriptedServer(_ => throw new NotSupportedException()), FileServerOptions.Default with { MaxUploadSize = 0 }));
    }

    [Fact]
    public async Task UploadStream_ThroughAClientWithoutStreams_SendsTheSameRequest()
    {
        var onion = new ScriptedServer(_ => ScriptedServer.Json($$"""{"id":"{{Id}}"}"""));
        var server = new FileServer(onion);
        await server.UploadAsync("hello"u8.ToArray(), cancellationToken: Cancellation);
        StoredFile stored = await server.UploadStreamAsync(Body("hello"), cancellationToken: Cancellation);

        Assert.Equal(Id, stored.Id);
        (ServerRequest whole, ServerRequest streamed) = (onion.Requests[0].Request, onion.Requests[1].Request);
        Assert.Equal(V4Message.EncodeRequest(whole), V4Message.EncodeRequest(streamed));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    [InlineData(6)]
    public async Task UploadStream_NoBytesOrOtherThanSaid_Throws(long length)
    {
        var onion = new ScriptedServer(_ => throw new NotSupportedException());
        await Assert.ThrowsAsync<ArgumentException>(async () => await new FileServer(onion).UploadStreamAsync(Body("hello") with { Length = length }, cancellationToken: Cancellation));
        Assert.Empty(onion.Requests);
    }

    [Fact]
    public async Task DownloadStream_ClockComplaint_IsTriedOnceMoreWithACorrectedClock()
    {
        int calls = 0;
        var onion = new ScriptedServer(_ => calls++ == 0 ? ScriptedServer.Json("{}", 425) : ScriptedServer.Json("content"));
        using Stream content = await new FileServer(onion).DownloadStreamAsync(Id, new MemoryStream(), Cancellation);
        Assert.Equal((1, 7L), (onion.Resynchronisations, content.Length));
    }

    // protocol/23 §4
    [Fact]
    public void FileName_WorkedExample_IsIt() => Assert.Equal(Id, FileName.Of("hello"u8));

    private static StreamedBody Body(string text) => new(text.Length, () => new MemoryStream(Encoding.ASCII.GetBytes(text)));

    internal static async Task<OnionException> FailsAsync(OnionFault fault, Func<Task> call)
    {
        OnionException e = await Assert.ThrowsAnyAsync<OnionException>(call);
        Assert.Equal(fault, e.Fault);
        return e;
    }
}
