using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using Session.Protocol.LocalNetwork.Rpc;
using Session.Protocol.Onion.Files;
using Session.Protocol.Onion.Requests;

namespace Session.Protocol.LocalNetwork.Servers;

/// <summary>
/// The file server of a <see cref="LocalNetwork"/>, with the routes, limits and errors of the real one (protocol/23). Files are in
/// memory and expire by the network's clock. Safe for concurrent use.
/// </summary>
public sealed class LocalFileServer
{
    /// <summary>How long files are kept when the client does not say.</summary>
    public static readonly TimeSpan DefaultTimeToLive = TimeSpan.FromDays(14);

    private const string FilePrefix = "/file/";

    private readonly NodeRegistry _network;
    private readonly ConcurrentDictionary<string, KeptFile> _files = new(StringComparer.Ordinal);
    private long _lastNumber;
    private long _uploads;

    internal LocalFileServer(NodeRegistry network, NodeKeys keys)
    {
        _network = network;
        Keys = keys;
        Endpoint = new ServerEndpoint(network, keys, (request, _) => new(Answer(request)));
    }

    /// <summary>How clients reach it.</summary>
    public FileServerAddress Server { get; internal set; } = null!;

    /// <summary>Largest file it takes, in bytes; larger ones are answered with 413.</summary>
    public int MaxFileSize { get; set; } = FileServerOptions.DefaultMaxUploadSize;

    /// <summary>Whether it names files by number, as old servers do: every upload is a new file then, and none can be renewed.</summary>
    public bool NamesByNumber { get; set; }

    /// <summary>What it says when it is asked for the newest version of a client.</summary>
    public string ClientVersion { get; set; } = "v1.0.0";

    /// <summary>How many files it holds that have not expired.</summary>
    public int FileCount => _files.Values.Count(file => file.ExpiresAt > Now);

    /// <summary>How many uploads it took, those of files that it had already included.</summary>
    public long UploadCount => Interlocked.Read(ref _uploads);

    internal NodeKeys Keys { get; }

    internal ServerEndpoint Endpoint { get; }

    private DateTimeOffset Now => _network.Clock.GetUtcNow();

    private ServerResponse Answer(ServerRequest request)
    {
        string path = request.Endpoint.Split('?')[0];
        if (path.StartsWith(FilePrefix, StringComparison.Ordinal))
        {
            string[] parts = path[FilePrefix.Length..].Split('/');
            return (request.Method, parts) switch
            {
                ("GET", [var id]) => WithFile(id, file => ServerEndpoint.Bytes(file.Content)),
                ("GET", [var id, "info"]) => WithFile(id, file => Describe(id, file)),
                ("POST", [var id, "extend"]) => Extend(id, request),
                _ => Refuse(404),
            };
        }

        return (request.Method, path) switch
        {
            ("POST", "/file") => Store(request),
            ("GET", "/session_version") => VersionCall.Answer(request, Now, ClientVersion) ?? Refuse(404),
            _ => Refuse(404),
        };
    }

    private ServerResponse Store(ServerRequest request)
    {
        ReadOnlyMemory<byte> content = request.Body ?? default;
        if (content.IsEmpty || content.Length > MaxFileSize)
        {
            return Refuse(413);
        }

        if (!TryReadTimeToLive(request, out TimeSpan timeToLive))
        {
            return Refuse(400);
        }

        // Files do not pile up where nobody asks for them.
        foreach (KeyValuePair<string, KeptFile> old in _files.Where(pair => pair.Value.ExpiresAt <= Now))
        {
            _files.TryRemove(old);
        }

        Interlocked.Increment(ref _uploads);
        string id = NamesByNumber ? Interlocked.Increment(ref _lastNumber).ToString(CultureInfo.InvariantCulture) : FileName.Of(content.Span);
        var file = new KeptFile(content.ToArray(), Now, Now + timeToLive);
        _files[id] = file;
        return Describe(id, file);
    }

    private ServerResponse Extend(string id, ServerRequest request)
    {
        if (id.Length != FileName.Length)
        {
            return Refuse(404);
        }

        if (!TryReadTimeToLive(request, out TimeSpan timeToLive))
        {
            return Refuse(400);
        }

        return WithFile(id, file =>
        {
            KeptFile renewed = file with { ExpiresAt = Now + timeToLive };
            _files[id] = renewed;
            return Describe(id, renewed);
        });
    }

    private ServerResponse WithFile(string id, Func<KeptFile, ServerResponse> answer) =>
        _files.TryGetValue(id, out KeptFile? file) && file.ExpiresAt > Now ? answer(file) : Refuse(404);

    private static bool TryReadTimeToLive(ServerRequest request, out TimeSpan timeToLive)
    {
        timeToLive = DefaultTimeToLive;
        if (!request.Headers.TryGetValue("x-fs-ttl", out string? text))
        {
            return true;
        }

        bool isGood = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int seconds) && seconds > 0;
        timeToLive = TimeSpan.FromSeconds(seconds);
        return isGood;
    }

    private static ServerResponse Describe(string id, KeptFile file) => ServerEndpoint.Json(JsonText.Write(new JsonObject
    {
        ["id"] = id,
        ["size"] = file.Content.Length,
        ["uploaded"] = Seconds(file.UploadedAt),
        ["expires"] = Seconds(file.ExpiresAt),
    }));

    private static ServerResponse Refuse(int code) => ServerEndpoint.Json(JsonText.Write(new JsonObject { ["status_code"] = code })) with { Code = code };

    private static double Seconds(DateTimeOffset time) => time.ToUnixTimeMilliseconds() / 1000d;

    private sealed record KeptFile(byte[] Content, DateTimeOffset UploadedAt, DateTimeOffset ExpiresAt);
}
