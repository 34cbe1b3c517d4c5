using System.Text;
using Session.Protocol.Accounts;
using Session.Protocol.LocalNetwork.Faults;
using Session.Protocol.LocalNetwork.Servers;
using Session.Protocol.Onion;
using Session.Protocol.Onion.Files;
using Session.Protocol.Onion.Requests;

namespace Session.Protocol.LocalNetwork.Tests.Servers;

/// <summary>The file server of the network, asked as the real one is: in v4 form, through three hops.</summary>
public sealed class FileServerTests : IAsyncLifetime
{
    private const string IdOfHello = "tKO2VVg1JPHwgZuvqK_7bDHJeSr4UJ_8i13ETlwAn0jB";

    private LocalNetwork? _network;
    private OnionClient? _onion;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private LocalFileServer Server => _network!.FileServer;

    public async ValueTask InitializeAsync()
    {
        _network = await LocalNetwork.StartAsync(LocalNetworkOptions.Default with { NodeCount = 5, SwarmCount = 1 });
        _onion = new OnionClient(_network.ClientOptions);
    }

    public async ValueTask DisposeAsync()
    {
        await _onion!.DisposeAsync();
        await _network!.DisposeAsync();
    }

    [Fact]
    public async Task Upload_SameBytesTwice_HaveOneIdAndALaterExpiry()
    {
        FileServer client = Client();
        StoredFile first = await client.UploadAsync("hello"u8.ToArray(), cancellationToken: Cancellation);
        _network!.AdvanceClock(TimeSpan.FromDays(1));
        StoredFile again = await client.UploadAsync("hello"u8.ToArray(), TimeSpan.FromDays(20), Cancellation);

        Assert.Equal((IdOfHello, IdOfHello, 1), (first.Id, again.Id, Server.FileCount));
        Assert.Equal(LocalFileServer.DefaultTimeToLive, first.ExpiresAt - first.UploadedAt);
        Assert.Equal(TimeSpan.FromDays(20), again.ExpiresAt - again.UploadedAt);
        Assert.True(again.UploadedAt - first.UploadedAt >= TimeSpan.FromDays(1));
        Assert.Equal("hello"u8.ToArray(), (await client.DownloadAsync(IdOfHello, Cancellation)).ToArray());
        Assert.Equal(again, await client.GetInfoAsync(IdOfHello, Cancellation));
    }

    [Fact]
    public async Task Download_Expired_IsNotFoundAndExtendedFilesAreNot()
    {
        FileServer client = Client();
        await client.UploadAsync(new byte[1], TimeSpan.FromHours(1), Cancellation);
        StoredFile kept = await client.UploadAsync(new byte[2], TimeSpan.FromHours(1), Cancellation);
        await client.ExtendAsync(kept.Id, TimeSpan.FromHours(3), Cancellation);
        _network!.AdvanceClock(TimeSpan.FromHours(2));

        Assert.Equal(1, Server.FileCount);
        Assert.Equal(2, (await client.DownloadAsync(kept.Id, Cancellation)).Length);
        _network.AdvanceClock(TimeSpan.FromHours(2));
        await FailsAsync(OnionFault.NotFound, async () => await client.DownloadAsync(kept.Id, Cancellation));
        await FailsAsync(OnionFault.NotFound, async () => await client.GetInfoAsync(kept.Id, Cancellation));
        await FailsAsync(OnionFault.NotFound, async () => await client.ExtendAsync(kept.Id, cancellationToken: Cancellation));
    }

    [Fact]
    public async Task Upload_OverTheLimit_IsTooLarge()
    {
        Server.MaxFileSize = 10;
        await Client().UploadAsync(new byte[10], cancellationToken: Cancellation);
        OnionException e = await FailsAsync(OnionFault.TooLarge, async () => await Client().UploadAsync(new byte[11], cancellationToken: Cancellation));
        Assert.False(e.IsTransient);
    }

    [Fact]
    public async Task Upload_LargestFileOfTheProtocol_FitsThroughTheOnion()
    {
        byte[] content = new byte[FileServerOptions.DefaultMaxUploadSize];
        Random.Shared.NextBytes(content);
        StoredFile stored = await Client().UploadAsync(content, cancellationToken: Cancellation);
        Assert.True((await Client().DownloadAsync(stored.Id, Cancellation)).Span.SequenceEqual(content));
    }

    [Theory]
    [InlineData("xchacha20")]
    [InlineData("aes-gcm")]
    public async Task UploadStream_LargestFileOfTheProtocol_ComesBackTheSame(string cipher)
    {
        Assert.True(OnionLayer.TryParseName(Encoding.ASCII.GetBytes(cipher), out OnionCipher parsed));
        await using var onion = new OnionClient(_network!.ClientOptions with { Cipher = parsed });
        FileServer client = Client(onion);
        byte[] content = new byte[FileServerOptions.DefaultMaxUploadSize];
        Random.Shared.NextBytes(content);

        StoredFile stored = await client.UploadStreamAsync(new StreamedBody(content.Length, () => new MemoryStream(content)), cancellationToken: Cancellation);
        using Stream back = await client.DownloadStreamAsync(stored.Id, new MemoryStream(), Cancellation);
        using var copy = new MemoryStream();
        await back.CopyToAsync(copy, Cancellation);

        Assert.Equal(FileName.Of(content), stored.Id);
        Assert.True(copy.GetBuffer().AsSpan(0, (int)copy.Length).SequenceEqual(content));
    }

    [Fact]
    public async Task DownloadStream_Unknown_IsNotFound() =>
        await FailsAsync(OnionFault.NotFound, async () => await Client().DownloadStreamAsync(IdOfHello, new MemoryStream(), Cancellation));

    [Fact]
    public async Task DownloadStream_WorkspaceThatCannotSeekOrWrite_Throws()
    {
        await Assert.ThrowsAsync<ArgumentException>(async () => await Client().DownloadStreamAsync(IdOfHello, new MemoryStream([], writable: false), Cancellation));
        await Assert.ThrowsAsync<ArgumentNullException>(async () => await Client().DownloadStreamAsync(IdOfHello, null!, Cancellation));
    }

    [Fact]
    public async Task DownloadStream_FirstPathFails_GoesOverAnother()
    {
        StoredFile stored = await Client().UploadAsync(new byte[400_000], cancellationToken: Cancellation);
        ActiveFault broken = _network!.Faults.Add(Fault.BreaksMidway.At(NodeRole.Guard).Times(1));
        using Stream content = await Client().DownloadStreamAsync(stored.Id, new MemoryStream(), Cancellation);
        Assert.Equal((1, 400_000L), (broken.Fired, content.Length));
    }

    [Fact]
    public async Task UploadStream_SourceFailsOrIsCancelled_NothingIsStoredAndTheClientGoesOn()
    {
        FileServer client = Client();
        await Assert.ThrowsAsync<EndOfStreamException>(async () => await client.UploadStreamAsync(
            new StreamedBody(400_000, () => new Interrupted(() => throw new EndOfStreamException("The disk is gone."))), cancellationToken: Cancellation));

        using var cancel = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await client.UploadStreamAsync(
            new StreamedBody(400_000, () => new Interrupted(cancel.Cancel)), cancellationToken: cancel.Token));

        Assert.Equal(0, Server.FileCount);
        await client.UploadStreamAsync(new StreamedBody(5, () => new MemoryStream("hello"u8.ToArray())), cancellationToken: Cancellation);
        Assert.Equal(1, Server.FileCount);
    }

    [Fact]
    public async Task Upload_ServerThatNamesByNumber_IsUnderstood()
    {
        Server.NamesByNumber = true;
        StoredFile first = await Client().UploadAsync("hello"u8.ToArray(), cancellationToken: Cancellation);
        StoredFile again = await Client().UploadAsync("hello"u8.ToArray(), cancellationToken: Cancellation);
        Assert.Equal(("1", "2"), (first.Id, again.Id));
        Assert.Equal(5, (await Client().DownloadAsync("1", Cancellation)).Length);
    }

    [Fact]
    public async Task GetClientRelease_Signed_IsVerifiedByTheServer()
    {
        using SessionIdentity identity = SessionIdentity.Create();
        Assert.Equal("v1.0.0", (await Client().GetClientReleaseAsync(ClientPlatform.Ios, identity, Cancellation)).Version);
        Assert.Equal("v1.0.0", (await Client().GetClientReleaseAsync(ClientPlatform.Desktop, cancellationToken: Cancellation)).Version);
    }

    [Theory]
    [InlineData("GET", "/session_version?platform=amiga", 404)]
    [InlineData("GET", "/session_version", 404)]
    [InlineData("GET", "/nothing", 404)]
    [InlineData("POST", "/file", 413)]
    [InlineData("POST", "/file/123/extend", 404)]
    public async Task SendToServer_AnyRequestOfAUser_IsAnsweredWithItsCode(string method, string endpoint, int code)
    {
        var server = new OnionServer(Server.Server.Address, Server.Server.EncryptionKey);
        ServerResponse answer = await _onion!.SendToServerAsync(server, new ServerRequest(method, endpoint, new Dictionary<string, string>()), Cancellation);
        Assert.Equal(code, answer.Code);
        Assert.Equal($$"""{"status_code":{{code}}}""", System.Text.Encoding.UTF8.GetString(answer.Body.Span));
    }

    [Theory]
    [InlineData(null, null, null, 200)]
    [InlineData("key", null, null, 400)]
    [InlineData("key", "0", "c2ln", 425)]
    [InlineData("key", "now", "c2ln", 401)]
    [InlineData("00", "now", "c2ln", 400)]
    public async Task SessionVersion_BadSignatures_AreRefusedAsTheRealServerDoes(string? key, string? time, string? signature, int code)
    {
        using SessionIdentity identity = SessionIdentity.Create();
        var headers = new Dictionary<string, string>();
        Put("X-FS-Pubkey", key == "key" ? "07" + identity.SigningKey : key);
        Put("X-FS-Timestamp", time == "now" ? _network!.Clock.GetUtcNow().ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture) : time);
        Put("X-FS-Signature", signature);
        var server = new OnionServer(Server.Server.Address, Server.Server.EncryptionKey);
        ServerResponse answer = await _onion!.SendToServerAsync(server, new ServerRequest("GET", "/session_version?platform=ios", headers), Cancellation);
        Assert.Equal(code, answer.Code);

        void Put(string name, string? value)
        {
            if (value is not null)
            {
                headers[name] = value;
            }
        }
    }

    [Fact]
    public async Task AnyCall_WithTheWrongKeyOfTheServer_Fails()
    {
        using SessionIdentity other = SessionIdentity.Create();
        var client = new FileServer(_onion!, new FileServerOptions { Server = Server.Server with { EncryptionKey = other.EncryptionKey } });
        await Assert.ThrowsAnyAsync<OnionException>(async () => await client.GetInfoAsync(IdOfHello, Cancellation));
    }

    private static async Task<OnionException> FailsAsync(OnionFault fault, Func<Task> call)
    {
        OnionException e = await Assert.ThrowsAnyAsync<OnionException>(call);
        Assert.Equal(fault, e.Fault);
        return e;
    }

    private FileServer Client(OnionClient? onion = null) => new(onion ?? _onion!, new FileServerOptions { Server = Server.Server });

    // Gives some bytes, then what the test does, then no end.
    private sealed class Interrupted(Action then) : MemoryStream
    {
        private int _reads;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (++_reads == 3)
            {
                then();
            }

            cancellationToken.ThrowIfCancellationRequested();
            return ValueTask.FromResult(Math.Min(buffer.Length, 50_000));
        }
    }
}
