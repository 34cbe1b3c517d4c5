using System.Globalization;
using System.Text.Json;
using Session.Protocol.Accounts;
using Session.Protocol.Attachments;
using Session.Protocol.Onion.Json;
using Session.Protocol.Onion.Requests;
using Session.Protocol.Onion.Servers;

namespace Session.Protocol.Onion.Files;

/// <summary>A file server behind an <see cref="IOnionClient"/>. Safe for concurrent use; holds nothing that needs disposal.</summary>
public sealed class FileServer : IFileServer
{
    private const string OctetStream = "application/octet-stream";

    /// <summary>Largest answer to an upload: id and times have some 100 bytes.</summary>
    private const int MaxAnswerSize = 64 * 1024;

    /// <summary>Last second of the year 9999.</summary>
    private const double MaxTime = 253_402_300_799;

    private static readonly Dictionary<string, string> NoHeaders = [];

    private readonly IOnionClient _onion;
    private readonly FileServerOptions _options;
    private readonly ServerCalls _calls;

    /// <summary>Makes a client of one server; nothing is sent.</summary>
    /// <param name="onion">What requests go through; not disposed.</param>
    /// <param name="options">Null for the official server.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public FileServer(IOnionClient onion, FileServerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(onion);
        _onion = onion;
        _options = options ?? FileServerOptions.Default;
        _options.Validate();
        _calls = new ServerCalls(onion, _options.Server.ToOnionServer());
    }

    /// <inheritdoc/>
    public FileServerAddress Server => _options.Server;

    /// <inheritdoc/>
    public async ValueTask<StoredFile> UploadAsync(ReadOnlyMemory<byte> content, TimeSpan? timeToLive = null, CancellationToken cancellationToken = default)
    {
        ServerRequest request = UploadRequest(content.Length, timeToLive, nameof(content)) with { Body = content };
        return ReadUploaded((await _calls.SendAsync(() => request, cancellationToken).ConfigureAwait(false)).Body);
    }

    /// <inheritdoc/>
    public async ValueTask<StoredFile> UploadStreamAsync(StreamedBody content, TimeSpan? timeToLive = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(content);
        ServerRequest request = UploadRequest(content.Length, timeToLive, nameof(content));
        using var workspace = new MemoryStream();
        using StreamedServerResponse answer = await _calls.SendStreamedAsync(request, content, workspace, cancellationToken).ConfigureAwait(false);
        if (answer.Body.Length > MaxAnswerSize)
        {
            throw ServerCalls.Unreadable();
        }

        byte[] body = new byte[answer.Body.Length];
        await answer.Body.ReadExactlyAsync(body, cancellationToken).ConfigureAwait(false);
        return ReadUploaded(body);
    }

    /// <inheritdoc/>
    public async ValueTask<ReadOnlyMemory<byte>> DownloadAsync(string fileId, CancellationToken cancellationToken = default)
    {
        ServerRequest request = DownloadRequest(fileId);
        return (await _calls.SendAsync(() => request, cancellationToken).ConfigureAwait(false)).Body;
    }

    /// <inheritdoc/>
    public async ValueTask<Stream> DownloadStreamAsync(string fileId, Stream workspace, CancellationToken cancellationToken = default) =>
        (await _calls.SendStreamedAsync(DownloadRequest(fileId), null, workspace, cancellationToken).ConfigureAwait(false)).Body;

    /// <inheritdoc/>
    public ValueTask<StoredFile> GetInfoAsync(string fileId, CancellationToken cancellationToken = default) =>
        AskAboutAsync(fileId, new ServerRequest("GET", $"{PathOf(fileId)}/info", NoHeaders), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<StoredFile> ExtendAsync(string fileId, TimeSpan? timeToLive = null, CancellationToken cancellationToken = default)
    {
        string path = PathOf(fileId);
        return CanExtend(fileId)
            ? AskAboutAsync(fileId, new ServerRequest("POST", $"{path}/extend", Lifetime(timeToLive)), cancellationToken)
            : throw new ArgumentException($"Only files with an id of {FileName.Length} characters can be renewed.", nameof(fileId));
    }

    /// <inheritdoc/>
    public async ValueTask<ClientRelease> GetClientReleaseAsync(
        ClientPlatform platform, SessionIdentity? identity = null, CancellationToken cancellationToken = default)
    {
        string name = platform switch
        {
            ClientPlatform.Desktop => "desktop",
            ClientPlatform.Android => "android",
            ClientPlatform.Ios => "ios",
            _ => throw new ArgumentOutOfRangeException(nameof(platform), platform, "Not a value of the enumeration."),
        };
        string endpoint = $"/session_version?platform={name}";
        ServerResponse answer = await _calls.SendAsync(
            () => new ServerRequest("GET", endpoint, identity is null ? NoHeaders : VersionKey.Headers(identity, _onion.Clock.Now.ToUnixTimeSeconds(), "GET", endpoint)),
            cancellationToken).ConfigureAwait(false);
        return JsonText.Read(answer.Body, json => json.TryGetText("result"u8, out string? version) ? new ClientRelease(version, ReadTime(json, "updated"u8)) : null)
            ?? throw ServerCalls.Unreadable();
    }

    /// <summary>Whether a server can keep a file longer: only those that are named by their content.</summary>
    internal static bool CanExtend(string fileId) => fileId.Length == FileName.Length;

    private async ValueTask<StoredFile> AskAboutAsync(string fileId, ServerRequest request, CancellationToken cancellationToken)
    {
        ServerResponse answer = await _calls.SendAsync(() => request, cancellationToken).ConfigureAwait(false);
        return JsonText.Read(answer.Body, json => json.ValueKind == JsonValueKind.Object ? ReadFile(fileId, json) : null) ?? throw ServerCalls.Unreadable();
    }

    private ServerRequest UploadRequest(long size, TimeSpan? timeToLive, string parameter)
    {
        if (size == 0)
        {
            throw new ArgumentException("There is nothing to upload.", parameter);
        }

        if (size > _options.MaxUploadSize)
        {
            throw new OnionException(OnionFault.TooLarge, $"The upload has {size} bytes, {_options.MaxUploadSize} are allowed.");
        }

        Dictionary<string, string> headers = Lifetime(timeToLive);
        headers["Content-Type"] = OctetStream;
        headers["Content-Disposition"] = "attachment";
        return new ServerRequest("POST", "/file", headers);
    }

    private static StoredFile ReadUploaded(ReadOnlyMemory<byte> answer) =>
        JsonText.Read(answer, json => ReadId(json) is { } id ? ReadFile(id, json) : null) ?? throw ServerCalls.Unreadable();

    private static ServerRequest DownloadRequest(string fileId) => new("GET", PathOf(fileId), NoHeaders);

    private Dictionary<string, string> Lifetime(TimeSpan? timeToLive)
    {
        FileServerOptions.RequireTimeToLive(timeToLive);
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        if ((timeToLive ?? _options.TimeToLive) is { } time)
        {
            headers["X-FS-TTL"] = ((long)time.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        }

        return headers;
    }

    private static string PathOf(string fileId) => AttachmentUrl.IsFileId(fileId)
        ? $"/file/{fileId}"
        : throw new ArgumentException("Not the id of a file.", nameof(fileId));

    // A number in old servers, text in all others.
    private static string? ReadId(JsonElement json)
    {
        string? id = json.TryGetText("id"u8, out string? text) ? text : json.GetInteger("id"u8)?.ToString(CultureInfo.InvariantCulture);
        return AttachmentUrl.IsFileId(id) ? id : null;
    }

    private static StoredFile ReadFile(string id, JsonElement json) => new(
        id, json.GetInteger("size"u8) is >= 0 and var size ? size : null, ReadTime(json, "uploaded"u8), ReadTime(json, "expires"u8));

    // Seconds with a fraction.
    private static DateTimeOffset? ReadTime(JsonElement json, ReadOnlySpan<byte> name) =>
        json.TryGet(name, JsonValueKind.Number, out JsonElement value) && value.TryGetDouble(out double seconds) && seconds is >= 0 and <= MaxTime
            ? DateTimeOffset.UnixEpoch.AddMilliseconds(Math.Floor(seconds * 1000))
            : null;
}
