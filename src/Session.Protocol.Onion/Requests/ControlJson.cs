using System.Buffers.Text;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Session.Protocol.Accounts;

namespace Session.Protocol.Onion.Requests;

/// <summary>
/// Writes the JSON that follows a ciphertext and says how to open it and where it goes (protocol/22 §4): compact, keys in
/// alphabetical order. All values are hex or checked ASCII, so nothing needs escaping.
/// </summary>
internal static class ControlJson
{
    private const int HexKeySize = 2 * X25519PublicKey.Size;

    /// <summary>What follows the request inside the destination node's layer; its presence says that this node is the last.</summary>
    public static ReadOnlySpan<byte> Final => "{\"headers\":\"\"}"u8;

    /// <summary>Outermost: only how to open.</summary>
    public static int OuterSize(OnionCipher cipher) => EncTypeSize(cipher) + EphemeralKeySize + 2;

    public static int RelaySize(OnionCipher cipher) => "\"destination\":\"\","u8.Length + HexKeySize + OuterSize(cipher);

    public static int ServerSize(OnionCipher cipher, OnionServer server) =>
        OuterSize(cipher) + ",\"host\":\"\",\"method\":\"POST\",\"port\":,\"protocol\":\"\",\"target\":\"\""u8.Length
        + Host(server).Length + DecimalSize(server.Address.Port) + server.Address.Scheme.Length + server.Target.Length;

    public static int WriteOuter(Span<byte> json, OnionCipher cipher, ReadOnlySpan<byte> ephemeralKey)
    {
        int length = Append(json, 0, "{"u8);
        length = AppendOpening(json, length, cipher, ephemeralKey);
        return Append(json, length, "}"u8);
    }

    public static int WriteRelay(Span<byte> json, OnionCipher cipher, ReadOnlySpan<byte> ephemeralKey, Ed25519PublicKey next)
    {
        int length = Append(json, 0, "{\"destination\":\""u8);
        length = AppendHex(json, length, next.AsSpan());
        length = Append(json, length, "\","u8);
        length = AppendOpening(json, length, cipher, ephemeralKey);
        return Append(json, length, "}"u8);
    }

    public static int WriteServer(Span<byte> json, OnionCipher cipher, ReadOnlySpan<byte> ephemeralKey, OnionServer server)
    {
        int length = Append(json, 0, "{"u8);
        length = AppendOpening(json, length, cipher, ephemeralKey);
        length = Append(json, length, ",\"host\":\""u8);
        length = AppendAscii(json, length, Host(server));
        length = Append(json, length, "\",\"method\":\"POST\",\"port\":"u8);
        _ = Utf8Formatter.TryFormat(server.Address.Port, json[length..], out int digits);
        length = Append(json, length + digits, ",\"protocol\":\""u8);
        length = AppendAscii(json, length, server.Address.Scheme);
        length = Append(json, length, "\",\"target\":\""u8);
        length = AppendAscii(json, length, server.Target);
        return Append(json, length, "\"}"u8);
    }

    /// <summary>Refuses an address that a node would refuse, or that would need escaping.</summary>
    public static void RequireUsable(OnionServer server)
    {
        ArgumentNullException.ThrowIfNull(server);
        Uri address = server.Address;
        if (!address.IsAbsoluteUri || address.Scheme is not ("http" or "https") || !IsPlain(Host(server)))
        {
            throw new ArgumentException("The server's address must be an absolute http or https URL.", nameof(server));
        }

        string target = server.Target;
        bool known = target.StartsWith("/loki/", StringComparison.Ordinal) || target.StartsWith("/oxen/", StringComparison.Ordinal);
        if (!known || !target.EndsWith("/lsrpc", StringComparison.Ordinal) || target.Contains('?', StringComparison.Ordinal) || !IsPlain(target))
        {
            throw new ArgumentException("Nodes pass on only targets that begin with /loki/ or /oxen/ and end with /lsrpc.", nameof(server));
        }
    }

    private static int EphemeralKeySize => "\"ephemeral_key\":\"\""u8.Length + HexKeySize;

    private static int EncTypeSize(OnionCipher cipher) => "\"enc_type\":\"\","u8.Length + OnionLayer.Name(cipher).Length;

    // The exit node builds a URL from it, so an IPv6 address keeps its brackets; any other host is in its ASCII form.
    private static string Host(OnionServer server) => server.Address.HostNameType == UriHostNameType.IPv6 ? server.Address.Host : server.Address.IdnHost;

    private static bool IsPlain(string text) => text.Length > 0 && !text.AsSpan().ContainsAnyExceptInRange('!', '~') && text.AsSpan().IndexOfAny('"', '\\') < 0;

    private static int DecimalSize(int value) => value.ToString(CultureInfo.InvariantCulture).Length;

    private static int AppendOpening(Span<byte> json, int length, OnionCipher cipher, ReadOnlySpan<byte> ephemeralKey)
    {
        length = Append(json, length, "\"enc_type\":\""u8);
        length = Append(json, length, OnionLayer.Name(cipher));
        length = Append(json, length, "\",\"ephemeral_key\":\""u8);
        length = AppendHex(json, length, ephemeralKey);
        return Append(json, length, "\""u8);
    }

    private static int Append(Span<byte> json, int length, ReadOnlySpan<byte> text)
    {
        text.CopyTo(json[length..]);
        return length + text.Length;
    }

    private static int AppendAscii(Span<byte> json, int length, string text) => length + Encoding.ASCII.GetBytes(text, json[length..]);

    private static int AppendHex(Span<byte> json, int length, ReadOnlySpan<byte> bytes)
    {
        bool fits = Convert.TryToHexStringLower(bytes, json[length..], out int written);
        Debug.Assert(fits, "sizes are computed beforehand");
        return length + written;
    }
}
