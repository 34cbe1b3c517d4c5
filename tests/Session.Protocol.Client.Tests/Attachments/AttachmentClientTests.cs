using System.Collections.Concurrent;
using Session.Protocol.Accounts;
using Session.Protocol.Attachments;
using Session.Protocol.Client.Attachments;
using Session.Protocol.LocalNetwork.Faults;
using Session.Protocol.LocalNetwork.Servers;
using Session.Protocol.Messages;
using Session.Protocol.Onion;
using Session.Protocol.Onion.Files;

namespace Session.Protocol.Client.Tests.Attachments;

public sealed class AttachmentClientTests(TestNetwork network) : IClassFixture<TestNetwork>, IDisposable
{
    private readonly SessionIdentity _alice = SessionIdentity.Create();
    private readonly SessionIdentity _bob = SessionIdentity.Create();
    private readonly byte[] _file = [.. Enumerable.Range(0, 150_000).Select(i => (byte)(i * 7L % 256))];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private LocalFileServer Server => network.Network.FileServer;

    public void Dispose()
    {
        network.Network.Faults.Clear();
        _alice.Dispose();
        _bob.Dispose();
    }

    [Theory]
    [InlineData(AttachmentScheme.Legacy)]
    [InlineData(AttachmentScheme.Stream)]
    public async Task Upload_SentInAMessage_IsDownloadedByTheRecipient(AttachmentScheme scheme)
    {
        await using SessionClient alice = Connect(_alice, scheme);
        await using SessionClient bob = Connect(_bob, AttachmentScheme.Legacy);
        var stages = new ReportedStages();
        AttachmentPointer sent = await alice.Attachments.UploadAsync(
            new MemoryStream(_file), new AttachmentDescription { FileName = "a.bin", ContentType = "application/octet-stream" }, stages, Cancellation);
        await alice.SendAsync(_bob.AccountId, new TextMessage("look") { Attachments = [sent] }, Cancellation);

        using var limit = new CancellationTokenSource(TestNetwork.Patience);
        ReceivedMessage received = await bob.ReceiveAsync(limit.Token).FirstAsync(limit.Token);
        AttachmentPointer attachment = Assert.Single(Assert.IsType<TextMessage>(received.Content).Attachments);
        using var output = new MemoryStream();
        Assert.Equal(AttachmentStatus.Complete, await bob.Attachments.DownloadAsync(attachment, output, stages, Cancellation));

        Assert.Equal(_file, output.ToArray());
        Assert.Equal("a.bin", attachment.FileName);
        Assert.Equal(_file.Length, attachment.Size);
        Assert.Equal(Enum.GetValues<AttachmentStage>(), stages.Last.Keys.Order());
        Assert.All(stages.Last.Values, report => Assert.Equal(report.Total, report.Done));
        Assert.Equal(_file.Length, stages.Last[AttachmentStage.Writing].Total);
    }

    [Theory]
    [InlineData(AttachmentScheme.Legacy)]
    [InlineData(AttachmentScheme.Stream)]
    public async Task Upload_AnswerGetsLost_IsRepeatedWithTheSameBytes(AttachmentScheme scheme)
    {
        await using SessionClient alice = Connect(_alice, scheme);
        (int files, long uploads) = (Server.FileCount, Server.UploadCount);
        network.Network.Faults.Add(Fault.ServerFraming(OddFraming.NoBody).Times(2));

        AttachmentPointer sent = await alice.Attachments.UploadAsync(new MemoryStream(_file), cancellationToken: Cancellation);

        Assert.Equal((files + 1, uploads + 3), (Server.FileCount, Server.UploadCount));
        Assert.Equal(_file, await DownloadAsync(alice, sent));
    }

    [Fact]
    public async Task Prepare_SendFailsAndIsCalledAgain_SendsTheSameBytesWithoutTheFile()
    {
        await using SessionClient alice = Connect(_alice, AttachmentScheme.Legacy);
        int files = Server.FileCount;
        AttachmentUpload upload;
        using (var file = new MemoryStream(_file))
        {
            upload = await alice.Attachments.PrepareAsync(file, cancellationToken: Cancellation);
        }

        ActiveFault lost = network.Network.Faults.Add(Fault.ServerFraming(OddFraming.NoBody));
        OnionException e = await Assert.ThrowsAsync<OnionException>(async () => await upload.SendAsync(cancellationToken: Cancellation));
        lost.Remove();
        AttachmentPointer sent = await upload.SendAsync(cancellationToken: Cancellation);
        upload.Dispose();

        Assert.True(e.IsTransient);
        Assert.Equal(3, lost.Fired);
        Assert.Equal(files + 1, Server.FileCount);
        Assert.Equal(_file, await DownloadAsync(alice, sent));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await upload.SendAsync(cancellationToken: Cancellation));
    }

    [Fact]
    public async Task Upload_SameFileTwiceInTheStreamEncryption_IsStoredOnce()
    {
        int files = Server.FileCount;
        await using SessionClient alice = Connect(_alice, AttachmentScheme.Stream);
        AttachmentPointer first = await alice.Attachments.UploadAsync(new MemoryStream(_file), cancellationToken: Cancellation);
        AttachmentPointer again = await alice.Attachments.UploadAsync(new MemoryStream(_file), cancellationToken: Cancellation);
        Assert.Equal(first.Url, again.Url);
        Assert.Equal(files + 1, Server.FileCount);
    }

    [Theory]
    [InlineData(AttachmentScheme.Legacy)]
    [InlineData(AttachmentScheme.Stream)]
    public async Task Download_ServerGivesOtherBytes_WritesNothing(AttachmentScheme scheme)
    {
        await using SessionClient alice = Connect(_alice, scheme);
        AttachmentPointer sent = await alice.Attachments.UploadAsync(new MemoryStream(_file), cancellationToken: Cancellation);
        await using OnionClient onion = network.Onion();
        var server = new FileServer(onion, new FileServerOptions { Server = Server.Server });
        Assert.True(AttachmentUrl.TryParse(sent.Url, out AttachmentUrl? url));
        byte[] blob = (await server.DownloadAsync(url.FileId, Cancellation)).ToArray();
        blob[^20] ^= 1;
        StoredFile forged = await server.UploadAsync(blob, cancellationToken: Cancellation);

        using var output = new MemoryStream();
        AttachmentPointer pointer = sent with { Url = Server.Server.UrlOf(forged.Id, scheme).Format() };
        Assert.Equal(AttachmentStatus.NotAuthentic, await alice.Attachments.DownloadAsync(pointer, output, cancellationToken: Cancellation));
        Assert.Equal(0, output.Length);
    }

    [Fact]
    public async Task Download_FileIsGone_FailsAtOnce()
    {
        await using SessionClient alice = Connect(_alice, AttachmentScheme.Stream);
        var pointer = new AttachmentPointer { Url = Server.Server.UrlOf("nothing", AttachmentScheme.Stream).Format(), Key = new byte[32] };
        OnionException e = await Assert.ThrowsAsync<OnionException>(async () => await DownloadAsync(alice, pointer));
        Assert.Equal((OnionFault.NotFound, false), (e.Fault, e.IsTransient));
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("http://127.0.0.1/file/1")]
    [InlineData("http://127.0.0.1/file/1#d&p=24f7893a802b44a7903020699bfdcdd6a4adf4981e3c8dd6c6b9624dccce4350")]
    public async Task Download_UrlOfNoAllowedServer_AsksNobody(string url)
    {
        await using SessionClient alice = Connect(_alice, AttachmentScheme.Stream, allowOtherServers: false);
        long requests = network.Network.RequestCount("onion_req");
        using var output = new MemoryStream();
        Assert.Equal(AttachmentStatus.BadUrl, await alice.Attachments.DownloadAsync(new AttachmentPointer { Url = url }, output, cancellationToken: Cancellation));
        Assert.Equal(requests, network.Network.RequestCount("onion_req"));
    }

    [Fact]
    public async Task Download_FromTheServerInTheUrl_NeedsNoConfiguration()
    {
        await using SessionClient alice = Connect(_alice, AttachmentScheme.Stream);
        await using SessionClient bob = SessionClient.Connect(_bob, network.Network.ClientOptions, TestNetwork.Eager);
        AttachmentPointer sent = await alice.Attachments.UploadAsync(new MemoryStream(_file), cancellationToken: Cancellation);
        Assert.Equal(_file, await DownloadAsync(bob, sent));
    }

    [Fact]
    public async Task Upload_TooLarge_IsKnownBeforeAByteIsRead()
    {
        await using SessionClient alice = Connect(_alice, AttachmentScheme.Legacy);
        using var file = new HugeFile(AttachmentCipher.MaxSize(AttachmentScheme.Legacy) + 1);
        OnionException e = await Assert.ThrowsAsync<OnionException>(async () => await alice.Attachments.UploadAsync(file, cancellationToken: Cancellation));
        Assert.Equal((OnionFault.TooLarge, false), (e.Fault, e.IsTransient));
        await Assert.ThrowsAsync<ArgumentException>(async () => await alice.Attachments.UploadAsync(new MemoryStream(), cancellationToken: Cancellation));
    }

    [Fact]
    public async Task Upload_LargerThanTheServerTakes_IsTheServersRefusal()
    {
        await using SessionClient alice = Connect(_alice, AttachmentScheme.Legacy);
        network.Network.Faults.Add(Fault.RefusesSize.At(NodeRole.Server));
        OnionException e = await Assert.ThrowsAsync<OnionException>(async () => await alice.Attachments.UploadAsync(new MemoryStream(_file), cancellationToken: Cancellation));
        Assert.Equal(OnionFault.TooLarge, e.Fault);
    }

    [Fact]
    public async Task Upload_FileChangesUnderAKeyThatFollowsFromIt_IsRefusedAndNothingIsSent()
    {
        await using SessionClient alice = Connect(_alice, AttachmentScheme.Stream);
        long uploads = Server.UploadCount;
        using var file = new ChangingFile([.. _file]);
        ArgumentException e = await Assert.ThrowsAsync<ArgumentException>(async () => await alice.Attachments.UploadAsync(file, cancellationToken: Cancellation));
        Assert.Equal("file", e.ParamName);
        Assert.Equal(uploads, Server.UploadCount);
    }

    [Theory]
    [InlineData(AttachmentScheme.Legacy)]
    [InlineData(AttachmentScheme.Stream)]
    public async Task Upload_LargeFile_ReportsItsWayAndComesBackFromTemporaryFiles(AttachmentScheme scheme)
    {
        await using SessionClient alice = Connect(_alice, scheme);
        var way = new Way();
        byte[] large = new byte[9_900_000];
        Random.Shared.NextBytes(large);
        AttachmentPointer sent = await alice.Attachments.UploadAsync(new MemoryStream(large), progress: way, cancellationToken: Cancellation);
        using var output = new MemoryStream();
        Assert.Equal(AttachmentStatus.Complete, await alice.Attachments.DownloadAsync(sent, output, cancellationToken: Cancellation));

        Assert.True(output.GetBuffer().AsSpan(0, (int)output.Length).SequenceEqual(large));
        AttachmentProgress[] uploading = [.. way.Reports.Where(x => x.Stage == AttachmentStage.Uploading)];
        Assert.Equal(AttachmentCipher.EncryptedSize(scheme, large.Length), uploading[^1].Total);
        Assert.Equal(uploading[^1].Total, uploading[^1].Done);
        Assert.InRange(uploading.Length, 100, 1_000);
        Assert.Equal(uploading.Select(x => x.Done).Order(), uploading.Select(x => x.Done));
    }

    [Fact]
    public async Task Extend_RenewableFile_LivesLonger()
    {
        await using SessionClient alice = Connect(_alice, AttachmentScheme.Stream);
        AttachmentPointer sent = await alice.Attachments.UploadAsync(new MemoryStream(_file), cancellationToken: Cancellation);
        StoredFile? renewed = await alice.Attachments.ExtendAsync(sent, TimeSpan.FromDays(100), Cancellation);
        Assert.InRange(renewed!.ExpiresAt!.Value - renewed.UploadedAt!.Value, TimeSpan.FromDays(100), TimeSpan.FromDays(101));
        Assert.Null(await alice.Attachments.ExtendAsync(sent with { Url = Server.Server.UrlOf("123", AttachmentScheme.Legacy).Format() }, cancellationToken: Cancellation));
    }

    [Theory]
    [InlineData(AttachmentScheme.Legacy)]
    [InlineData(AttachmentScheme.Stream)]
    public async Task ProfilePicture_UploadedByOne_IsSeenByTheOther(AttachmentScheme scheme)
    {
        await using SessionClient alice = Connect(_alice, scheme);
        await using SessionClient bob = Connect(_bob, scheme);
        ProfilePicture picture = await alice.Attachments.UploadPictureAsync(_file, Cancellation);
        var profile = new UserProfile { DisplayName = "Alice", PictureUrl = picture.Url, PictureKey = picture.Key };

        using var output = new MemoryStream();
        Assert.Equal(AttachmentStatus.Complete, await bob.Attachments.DownloadPictureAsync(profile, output, Cancellation));
        Assert.Equal(_file, output.ToArray());

        output.SetLength(0);
        Assert.Equal(AttachmentStatus.NotAuthentic, await bob.Attachments.DownloadPictureAsync(profile with { PictureKey = new byte[32] }, output, Cancellation));
        Assert.Equal(0, output.Length);
        await Assert.ThrowsAsync<ArgumentException>(async () => await bob.Attachments.DownloadPictureAsync(new UserProfile(), output, Cancellation));
    }

    [Fact]
    public void Options_OutOfRange_AreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Connect(_alice, (AttachmentScheme)7));
        Assert.Throws<ArgumentOutOfRangeException>(() => Connect(_alice, AttachmentScheme.Legacy, maxAttempts: 0));
    }

    private static async Task<byte[]> DownloadAsync(SessionClient client, AttachmentPointer attachment)
    {
        using var output = new MemoryStream();
        Assert.Equal(AttachmentStatus.Complete, await client.Attachments.DownloadAsync(attachment, output, cancellationToken: Cancellation));
        return output.ToArray();
    }

    private SessionClient Connect(SessionIdentity identity, AttachmentScheme scheme, bool allowOtherServers = true, int maxAttempts = 3) =>
        network.Connect(identity, TestNetwork.Eager with
        {
            Attachments = new AttachmentOptions
            {
                FileServer = new FileServerOptions { Server = Server.Server },
                Scheme = scheme,
                AllowOtherServers = allowOtherServers,
                MaxAttempts = maxAttempts,
                RetryDelay = TimeSpan.Zero,
            },
        });

    private sealed class ReportedStages : IProgress<AttachmentProgress>
    {
        public ConcurrentDictionary<AttachmentStage, AttachmentProgress> Last { get; } = new();

        public void Report(AttachmentProgress value) => Last[value.Stage] = value;
    }

    private sealed class Way : IProgress<AttachmentProgress>
    {
        public ConcurrentQueue<AttachmentProgress> Reports { get; } = new();

        public void Report(AttachmentProgress value) => Reports.Enqueue(value);
    }

    // Somebody writes to it after it was read once.
    private sealed class ChangingFile : MemoryStream
    {
        private readonly byte[] _content;

        public ChangingFile(byte[] content)
            : base(content) => _content = content;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            ValueTask<int> read = base.ReadAsync(buffer, cancellationToken);
            _content[^1] += (byte)(Position == Length ? 1 : 0);
            return read;
        }
    }

    private sealed class HugeFile(long size) : MemoryStream
    {
        public override long Length => size;

        public override int Read(byte[] buffer, int offset, int count) => throw new InvalidOperationException("Read.");

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => throw new InvalidOperationException("Read.");
    }
}
