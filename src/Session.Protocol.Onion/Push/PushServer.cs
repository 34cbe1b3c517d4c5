using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Session.Protocol.Accounts;
using Session.Protocol.Onion.Json;
using Session.Protocol.Onion.Requests;
using Session.Protocol.Onion.Servers;
using Session.Protocol.Onion.Storage;

namespace Session.Protocol.Onion.Push;

/// <summary>
/// Asks a push server to notify a device of new messages (protocol/24 §2). The server learns the account and the device's token:
/// who needs neither told should poll instead. Safe for concurrent use; holds nothing that needs disposal.
/// </summary>
public sealed class PushServer
{
    private const int SignatureSize = 64;

    private static readonly Dictionary<string, string> JsonHeaders = new(StringComparer.OrdinalIgnoreCase) { ["Content-Type"] = "application/json" };

    // Base64 holds '+', which the default encoder would blow up to six characters.
    private static readonly JsonWriterOptions JsonOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly IOnionClient _onion;
    private readonly ServerCalls _calls;

    /// <summary>Makes a client of one server; nothing is sent.</summary>
    /// <param name="onion">What requests go through; not disposed.</param>
    /// <param name="server">Null for <see cref="Official"/>.</param>
    public PushServer(IOnionClient onion, OnionServer? server = null)
    {
        ArgumentNullException.ThrowIfNull(onion);
        _onion = onion;
        _calls = new ServerCalls(onion, server ?? Official);
    }

    /// <summary>The server of the official clients.</summary>
    public static OnionServer Official { get; } = new(
        new Uri("https://push.getsession.org"), X25519PublicKey.Parse("d7557fe563e2610de876c0ac7341b62f3c82d5eea4b62c702392ea4368f51b3b"));

    /// <summary>Subscribes a device, or renews and changes its subscription. The signature holds 14 days; renew well before.</summary>
    /// <param name="credentials">Whose messages: an account, or a group as admin or member.</param>
    /// <param name="subscription">What to be told and where.</param>
    /// <param name="cancellationToken">Ends the wait; the server may have acted all the same.</param>
    /// <returns>True for a new subscription, false for a renewed one.</returns>
    /// <exception cref="OnionException"><see cref="OnionFault.Rejected"/>: the server refuses. <see cref="OnionFault.ServerBusy"/>: it cannot do it now. Otherwise it was not reached.</exception>
    public async ValueTask<bool> SubscribeAsync(SwarmCredentials credentials, PushSubscription subscription, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(credentials);
        ArgumentNullException.ThrowIfNull(subscription);
        string namespaces = string.Join(',', subscription.Namespaces.Select(space => space.Value));
        string answer = await SendAsync(
            "/subscribe",
            credentials,
            subscription.Device,
            seconds => $"MONITOR{credentials.Account}{seconds}{(subscription.IncludesData ? 1 : 0)}{namespaces}",
            subscription.WriteTo,
            ["added", "updated"],
            cancellationToken).ConfigureAwait(false);
        return string.Equals(answer, "added", StringComparison.Ordinal);
    }

    /// <summary>Ends the subscription of a device.</summary>
    /// <param name="credentials">Whose messages.</param>
    /// <param name="device">The device as it was subscribed.</param>
    /// <param name="cancellationToken">Ends the wait; the server may have acted all the same.</param>
    /// <returns>False when there was no subscription.</returns>
    /// <exception cref="OnionException">As in <see cref="SubscribeAsync"/>.</exception>
    public async ValueTask<bool> UnsubscribeAsync(SwarmCredentials credentials, PushDevice device, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(credentials);
        ArgumentNullException.ThrowIfNull(device);
        string answer = await SendAsync(
            "/unsubscribe", credentials, device, seconds => $"UNSUBSCRIBE{credentials.Account}{seconds}", static _ => { }, ["removed"], cancellationToken).ConfigureAwait(false);
        return string.Equals(answer, "removed", StringComparison.Ordinal);
    }

    private async ValueTask<string> SendAsync(
        string endpoint,
        SwarmCredentials credentials,
        PushDevice device,
        Func<string, string> signedText,
        Action<Utf8JsonWriter> writeRest,
        string[] flags,
        CancellationToken cancellationToken)
    {
        ServerResponse response = await _calls.SendAsync(
            () => new ServerRequest("POST", endpoint, JsonHeaders, Write(credentials, device, signedText, writeRest)), cancellationToken).ConfigureAwait(false);
        return JsonText.Read(response.Body, json =>
        {
            if (json.GetFlag("success"u8))
            {
                return flags.FirstOrDefault(flag => json.GetFlag(Encoding.ASCII.GetBytes(flag))) ?? string.Empty;
            }

            if (json.GetInteger("error"u8) is { } error)
            {
                throw new OnionException(FaultOf(error), $"The push server answered with error {error.ToString(CultureInfo.InvariantCulture)}.");
            }

            return null;
        }) ?? throw ServerCalls.Unreadable();
    }

    // 2 to 5 are about the server's own services, 1 is about the request.
    private static OnionFault FaultOf(long error) => error is >= 2 and <= 5 ? OnionFault.ServerBusy : OnionFault.Rejected;

    private byte[] Write(SwarmCredentials credentials, PushDevice device, Func<string, string> signedText, Action<Utf8JsonWriter> writeRest)
    {
        long seconds = _onion.Clock.Now.ToUnixTimeSeconds();
        Span<byte> signature = stackalloc byte[SignatureSize];
        credentials.Sign(Encoding.ASCII.GetBytes(signedText(seconds.ToString(CultureInfo.InvariantCulture))), signature);

        var body = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(body, JsonOptions))
        {
            writer.WriteStartObject();
            writer.WriteString("pubkey"u8, credentials.Account.ToString());
            credentials.WriteProof(writer, "session_ed25519"u8);
            writer.WriteNumber("sig_ts"u8, seconds);
            writer.WriteBase64String("signature"u8, signature);
            device.WriteTo(writer);
            writeRest(writer);
            writer.WriteEndObject();
        }

        return body.WrittenSpan.ToArray();
    }
}
