using System.Text.Json;
using Session.Protocol.Accounts;
using Session.Protocol.Onion.Push;
using Session.Protocol.Onion.Requests;
using Session.Protocol.Onion.Storage;
using Session.Protocol.Onion.Swarms;
using Session.Protocol.Onion.Tests.Files;

namespace Session.Protocol.Onion.Tests.Push;

public class PushServerTests
{
    private static readonly PushDevice Device = new("firebase", "token");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    // protocol/24 §1, §2.2
    [Fact]
    public async Task Calls_WorkedExamples_AreSignedLikeThem()
    {
        var onion = new ScriptedServer(_ => ScriptedServer.Json("""{"success":true,"added":true,"removed":true}"""));
        using SessionIdentity identity = SessionIdentity.FromSeed([.. Enumerable.Repeat((byte)0x55, 32)]);
        var server = new PushServer(onion);
        Assert.True(await server.SubscribeAsync(SwarmCredentials.ForAccount(identity), Subscription(), Cancellation));
        Assert.True(await server.UnsubscribeAsync(SwarmCredentials.ForAccount(identity), Device, Cancellation));

        Assert.Equal("https://push.getsession.org/", onion.Requests[0].Server.Address.ToString());
        Assert.Equal(["/subscribe", "/unsubscribe"], onion.Requests.Select(x => x.Request.Endpoint));
        using JsonDocument subscribe = JsonDocument.Parse(onion.Requests[0].Request.Body!.Value);
        using JsonDocument unsubscribe = JsonDocument.Parse(onion.Requests[1].Request.Body!.Value);
        Assert.Equal("A0Evqz0CAHboXzNVccKSsL2V9hR7O3J1mseF1m+A9GDQrO85iODiTH0XFvfeo5gV9YYQWN8Zd9y/NhY63M6uCw==", subscribe.RootElement.GetProperty("signature").GetString());
        Assert.Equal("rdq4UGbwcKK2hmSWGtNlcsZaKCWTwCKAMREbKAO0SWty9TRKmPt0isDYsfpzFhHishxSTJzd2hz9L+51e3EUBA==", unsubscribe.RootElement.GetProperty("signature").GetString());
        Assert.Equal("[0,5]", subscribe.RootElement.GetProperty("namespaces").GetRawText());
        Assert.Equal(identity.SigningKey.ToString(), subscribe.RootElement.GetProperty("session_ed25519").GetString());
        Assert.Equal("token", subscribe.RootElement.GetProperty("service_info").GetProperty("token").GetString());
    }

    [Theory]
    [InlineData("""{"error":1,"message":"bad"}""", OnionFault.Rejected)]
    [InlineData("""{"error":3,"message":"later"}""", OnionFault.ServerBusy)]
    [InlineData("""{"success":false}""", OnionFault.InvalidResponse)]
    [InlineData("[]", OnionFault.InvalidResponse)]
    [InlineData("", OnionFault.InvalidResponse)]
    public async Task Subscribe_Refused_ThrowsTheFault(string answer, OnionFault expected)
    {
        using SessionIdentity identity = SessionIdentity.Create();
        var server = new PushServer(new ScriptedServer(_ => ScriptedServer.Json(answer)));
        await FileServerTests.FailsAsync(expected, async () => await server.SubscribeAsync(SwarmCredentials.ForAccount(identity), Subscription(), Cancellation));
    }

    [Fact]
    public void Subscription_Misused_Throws()
    {
        Assert.Throws<ArgumentException>(() => Subscription() with { Namespaces = [] });
        Assert.Throws<ArgumentException>(() => Subscription() with { EncryptionKey = new byte[31] });
        Assert.DoesNotContain("token", $"{Subscription()}{Device}", StringComparison.Ordinal);
    }

    // The namespaces come in the wrong order and twice.
    private static PushSubscription Subscription() => new()
    {
        Device = Device,
        Namespaces = [new SwarmNamespace(5), new SwarmNamespace(0), new SwarmNamespace(5)],
        EncryptionKey = new byte[32],
    };
}
