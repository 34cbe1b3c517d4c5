using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Session.Protocol.Accounts;
using Session.Protocol.Messages;

namespace Session.Protocol.Attachments;

/// <summary>
/// Where a file lies: <c>http://host/file/id#p=…&amp;d</c> (protocol/18 §7). Prints nothing of it: links lead to files.
/// </summary>
public sealed record AttachmentUrl
{
    /// <summary>Most characters of a URL that is read; genuine ones have fewer than 200.</summary>
    public const int MaxLength = 2_048;

    /// <summary>Most characters of a file's id; servers give 44 or a number.</summary>
    public const int MaxIdLength = 128;

    private const int DefaultRouterPort = 11_235;

    private static readonly string[] PathPrefixes = ["/file/", "/files/"];

    /// <summary>Whether the server is reached over TLS.</summary>
    public bool IsHttps { get; init; }

    /// <summary>Host name or address; an IPv6 address stands in brackets.</summary>
    public required string Host { get; init => field = Limits.RequireText(value, nameof(Host)); }

    /// <summary>The port, or null for the scheme's own.</summary>
    public int? Port { get; init; }

    /// <summary>The server's name for the file.</summary>
    public required string FileId { get; init => field = RequireFileId(value, nameof(FileId)); }

    /// <summary>
    /// The server's key, or null if the sender meant the default server. Ed25519 today; in old links an X25519 key.
    /// </summary>
    public Ed25519PublicKey? ServerKey { get; init; }

    /// <summary>How the file is encrypted.</summary>
    public AttachmentScheme Scheme { get; init; }

    /// <summary>The server's address in Session Router, <c>name:port</c>, or null. Kept, but not used here.</summary>
    public string? SessionRouter { get; init; }

    /// <summary>Whether a text can be a file's id: letters, digits, <c>-</c> and <c>_</c>.</summary>
    /// <param name="text">The text.</param>
    /// <returns>True if so.</returns>
    public static bool IsFileId([NotNullWhen(true)] string? text) =>
        text is { Length: > 0 and <= MaxIdLength } && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');

    /// <summary>Reads a URL that somebody sent.</summary>
    /// <param name="text">The text.</param>
    /// <param name="url">The parts, or null.</param>
    /// <returns>False for anything but the URL of a file.</returns>
    public static bool TryParse(string? text, [NotNullWhen(true)] out AttachmentUrl? url)
    {
        url = text is { Length: <= MaxLength } ? Read(text) : null;
        return url is not null;
    }

    /// <summary>The URL as official clients write it. Secret: who has the link and the key has the file.</summary>
    /// <returns>The text.</returns>
    public string Format()
    {
        var text = new StringBuilder(IsHttps ? "https://" : "http://").Append(Host);
        if (Port is { } port && port != DefaultPort(IsHttps))
        {
            text.Append(CultureInfo.InvariantCulture, $":{port}");
        }

        text.Append(PathPrefixes[0]).Append(FileId);
        char separator = '#';
        if (ServerKey is { } key)
        {
            text.Append(separator).Append("p=").Append(key.ToString());
            separator = '&';
        }

        if (Scheme == AttachmentScheme.Stream)
        {
            text.Append(separator).Append('d');
            separator = '&';
        }

        return SessionRouter is null ? text.ToString() : text.Append(separator).Append("sr=").Append(SessionRouter).ToString();
    }

    /// <summary>The kind only.</summary>
    /// <returns>The name of the record.</returns>
    public override string ToString() => nameof(AttachmentUrl);

    /// <summary>Whether a fragment has the part <c>d</c>, with or without a value: desktop clients write <c>d=</c>.</summary>
    internal static bool HasStreamMark(ReadOnlySpan<char> fragment)
    {
        foreach (Range range in fragment.Split('&'))
        {
            ReadOnlySpan<char> part = fragment[range];
            if (part is "d" || part.StartsWith("d=", StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    private static string RequireFileId(string value, string parameter) => IsFileId(value)
        ? value
        : throw new ArgumentException($"Expected 1 to {MaxIdLength} letters, digits, '-' and '_'.", parameter);

    private static int DefaultPort(bool isHttps) => isHttps ? 443 : 80;

    private static AttachmentUrl? Read(string text)
    {
        int colon = text.IndexOf("://", StringComparison.Ordinal);
        bool isHttps = colon == 5 && text.StartsWith("https", StringComparison.OrdinalIgnoreCase);
        if (!isHttps && !(colon == 4 && text.StartsWith("http", StringComparison.OrdinalIgnoreCase)))
        {
            return null;
        }

        string rest = text[(colon + 3)..];
        int fragmentStart = rest.IndexOf('#', StringComparison.Ordinal);
        string fragment = fragmentStart < 0 ? string.Empty : rest[(fragmentStart + 1)..];
        string address = fragmentStart < 0 ? rest : rest[..fragmentStart];
        int pathStart = address.IndexOf('/', StringComparison.Ordinal);
        return pathStart > 0
            && TryReadAuthority(address[..pathStart], out string? host, out int? port)
            && TryReadPath(address[pathStart..], out string? id)
            && TryReadFragment(fragment, out Ed25519PublicKey? key, out string? router)
            ? new AttachmentUrl
            {
                IsHttps = isHttps,
                Host = host,
                Port = port,
                FileId = id,
                ServerKey = key,
                Scheme = HasStreamMark(fragment) ? AttachmentScheme.Stream : AttachmentScheme.Legacy,
                SessionRouter = router,
            }
            : null;
    }

    private static bool TryReadAuthority(string authority, [NotNullWhen(true)] out string? host, out int? port)
    {
        int hostEnd = authority[0] == '[' ? authority.IndexOf(']', StringComparison.Ordinal) + 1 : authority.IndexOf(':', StringComparison.Ordinal);
        host = hostEnd < 0 ? authority : authority[..hostEnd];
        port = null;
        ReadOnlySpan<char> tail = authority.AsSpan(host.Length);
        if (!tail.IsEmpty)
        {
            if (tail[0] != ':' || !ushort.TryParse(tail[1..], NumberStyles.None, CultureInfo.InvariantCulture, out ushort number) || number == 0)
            {
                return false;
            }

            port = number;
        }

        return host.Length > 0 && Uri.CheckHostName(host) != UriHostNameType.Unknown;
    }

    private static bool TryReadPath(string path, [NotNullWhen(true)] out string? id)
    {
        string? prefix = PathPrefixes.FirstOrDefault(p => path.StartsWith(p, StringComparison.Ordinal));
        id = prefix is null ? null : path[prefix.Length..];
        id = id?.EndsWith('/') == true ? id[..^1] : id;
        return IsFileId(id);
    }

    // A key that cannot be read would send the request to the wrong server, so it spoils the URL; unknown parts do not matter.
    private static bool TryReadFragment(string fragment, out Ed25519PublicKey? key, out string? router)
    {
        key = null;
        router = null;
        foreach (string part in fragment.Split('&'))
        {
            if (part.StartsWith("p=", StringComparison.Ordinal))
            {
                if (!Ed25519PublicKey.TryParse(part.AsSpan(2), out Ed25519PublicKey found))
                {
                    return false;
                }

                key = found;
            }
            else if (part.StartsWith("sr=", StringComparison.Ordinal) && part.Length > 3)
            {
                router = part.Contains(':', StringComparison.Ordinal) ? part[3..] : $"{part[3..]}:{DefaultRouterPort}";
            }
        }

        return true;
    }
}
