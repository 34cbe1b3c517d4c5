using Session.Protocol.Accounts;
using Session.Protocol.Onion;
using Session.Protocol.Onion.Files;
using Session.Protocol.Onion.Nodes;
using Session.Protocol.Onion.Push;
using Session.Protocol.Onion.Requests;
using Session.Protocol.Onion.Storage;
using Session.Protocol.Onion.Swarms;

namespace Session.Protocol.Fuzz.Targets;

/// <summary>What a file server or a push server answers: each call gives a result or <see cref="OnionException"/>, nothing else.</summary>
internal sealed class FileServerReplyTarget : IFuzzTarget
{
    private static readonly SessionIdentity Identity = SessionIdentity.FromSeed("fuzz target's id"u8);

    private static readonly PushSubscription Subscription = new()
    {
        Device = new PushDevice("firebase", "token"),
        Namespaces = [SwarmNamespace.Default],
        EncryptionKey = new byte[PushSubscription.EncryptionKeySize],
    };

    public static string Name => "file-server-reply";

    public static void Fuzz(ReadOnlySpan<byte> input)
    {
        var onion = new OneAnswer(input.ToArray());
        var files = new FileServer(onion);
        Try(files.UploadAsync(new byte[1]));
        Try(files.GetInfoAsync("1"));
        Try(files.GetClientReleaseAsync(ClientPlatform.Desktop));
        var push = new PushServer(onion);
        Try(push.SubscribeAsync(SwarmCredentials.ForAccount(Identity), Subscription));
        Try(push.UnsubscribeAsync(SwarmCredentials.ForAccount(Identity), Subscription.Device));
    }

    private static void Try<T>(ValueTask<T> call)
    {
        try
        {
            _ = call.AsTask().GetAwaiter().GetResult();
        }
        catch (OnionException)
        {
            // Refused, as most inputs must be.
        }
    }

    private sealed class OneAnswer(byte[] body) : IOnionClient, INetworkClock
    {
        public INodeDirectory Nodes => throw new NotSupportedException();

        public INetworkClock Clock => this;

        public TimeSpan Offset => TimeSpan.Zero;

        public DateTimeOffset Now => DateTimeOffset.UnixEpoch;

        public long NowMilliseconds => 0;

        public ValueTask<ServerResponse> SendToServerAsync(OnionServer server, ServerRequest request, CancellationToken cancellationToken = default) =>
            new(new ServerResponse(200, new Dictionary<string, string>(), body));

        public ValueTask<OnionResponse> SendToNodeAsync(ServiceNode destination, ReadOnlyMemory<byte> body, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException();

        public void Observe(Ed25519PublicKey node, long nodeMilliseconds) => throw new NotSupportedException();

        public ValueTask ResynchroniseAsync(CancellationToken cancellationToken = default) => throw new NotSupportedException();
    }
}
