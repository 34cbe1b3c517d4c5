using Session.Protocol.Accounts;
using Session.Protocol.Attachments;
using Session.Protocol.Onion.Requests;

namespace Session.Protocol.Onion.Files;

/// <summary>A file server and its keys (protocol/23 §1). Immutable.</summary>
/// <param name="Address">Scheme, host and port; an absolute http or https URL.</param>
/// <param name="EncryptionKey">The X25519 key that onion requests are encrypted to.</param>
/// <param name="SigningKey">The Ed25519 key that URLs of its files carry, or null if they shall carry none.</param>
public sealed record FileServerAddress(Uri Address, X25519PublicKey EncryptionKey, Ed25519PublicKey? SigningKey = null)
{
    private const string OfficialDomain = ".getsession.org";

    /// <summary>The server of the official clients.</summary>
    public static FileServerAddress Official { get; } = Known("http://filev2.getsession.org", "b8eef9821445ae16e2e97ef8aa6fe782fd11ad5253cd6723b281341dba22e371");

    /// <summary>
    /// The same server with the key that older clients use, of which there is no Ed25519 form. For the case that
    /// <see cref="Official"/> stops answering.
    /// </summary>
    public static FileServerAddress OfficialWithOlderKey { get; } = new(
        Official.Address, X25519PublicKey.Parse("da21e1d886c6fbaea313f75298bd64aab03a97ce985b46bb2dad9f2089c8ee59"));

    /// <summary>The server that the makers of the official clients test with; main network.</summary>
    public static FileServerAddress Test { get; } = Known("http://potatofiles.getsession.org", "ff86dcd4b26d1bfec944c59859494248626d6428efc12168749d65a1b92f5e28");

    /// <summary>The server of the test network.</summary>
    public static FileServerAddress Testnet { get; } = Known("http://superduperfiles.oxen.io", "929e33ded05e653fec04b49645117f51851f102a947e04806791be416ed76602");

    /// <summary>A server of which the Ed25519 key is known; the other key is converted from it.</summary>
    /// <param name="address">Scheme, host and port.</param>
    /// <param name="signingKey">The Ed25519 key.</param>
    /// <returns>The server.</returns>
    /// <exception cref="ArgumentException">The key has no X25519 form.</exception>
    public static FileServerAddress FromSigningKey(Uri address, Ed25519PublicKey signingKey) => signingKey.TryToX25519(out X25519PublicKey key)
        ? new FileServerAddress(address, key, signingKey)
        : throw new ArgumentException("The key has no X25519 form.", nameof(signingKey));

    /// <summary>
    /// The server that a URL names: by its key if it carries one, otherwise the given server if the host is the same, otherwise the
    /// official one for hosts of its domain. Keys are Ed25519 today; what is none is taken as the X25519 key of an old link.
    /// </summary>
    /// <param name="url">The URL of a file.</param>
    /// <param name="ownServer">The server that this account uses.</param>
    /// <returns>The server, or null when its key is unknown.</returns>
    public static FileServerAddress? Find(AttachmentUrl url, FileServerAddress ownServer)
    {
        ArgumentNullException.ThrowIfNull(url);
        ArgumentNullException.ThrowIfNull(ownServer);
        Uri address = AddressOf(url);
        if (url.ServerKey is { } key)
        {
            return new FileServerAddress(address, key.TryToX25519(out X25519PublicKey converted) ? converted : new X25519PublicKey(key.AsSpan()), key);
        }

        if (IsSame(address, ownServer.Address))
        {
            return ownServer;
        }

        return address.Host.EndsWith(OfficialDomain, StringComparison.OrdinalIgnoreCase) ? Official with { Address = address } : null;
    }

    /// <summary>The URL of a file on this server; the key is left out for the official server, as its clients do.</summary>
    /// <param name="fileId">The server's name for the file.</param>
    /// <param name="scheme">How it is encrypted.</param>
    /// <returns>The URL.</returns>
    /// <exception cref="ArgumentException">This cannot be a file's id.</exception>
    public AttachmentUrl UrlOf(string fileId, AttachmentScheme scheme) => new()
    {
        IsHttps = string.Equals(Address.Scheme, Uri.UriSchemeHttps, StringComparison.OrdinalIgnoreCase),
        Host = Address.Host,
        Port = Address.IsDefaultPort ? null : Address.Port,
        FileId = fileId,
        Scheme = scheme,
        ServerKey = IsSame(Address, Official.Address) ? null : SigningKey,
    };

    internal OnionServer ToOnionServer() => new(Address, EncryptionKey);

    private static FileServerAddress Known(string address, string signingKey) => FromSigningKey(new Uri(address), Ed25519PublicKey.Parse(signingKey));

    private static Uri AddressOf(AttachmentUrl url) =>
        new UriBuilder(url.IsHttps ? Uri.UriSchemeHttps : Uri.UriSchemeHttp, url.Host, url.Port ?? (url.IsHttps ? 443 : 80)).Uri;

    private static bool IsSame(Uri one, Uri other) =>
        Uri.Compare(one, other, UriComponents.SchemeAndServer, UriFormat.SafeUnescaped, StringComparison.OrdinalIgnoreCase) == 0;
}
