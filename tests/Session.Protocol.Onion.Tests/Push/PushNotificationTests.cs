using System.Security.Cryptography;
using System.Text;
using Session.Protocol.Cryptography;
using Session.Protocol.Onion.Push;

namespace Session.Protocol.Onion.Tests.Push;

public class PushNotificationTests
{
    private const string Account = "057730ca242a380d5603dfdfa2efb3357aa67001eaa95209db0cc144c20970747c";
    private const string Head = $$"""{"@": "{{Account}}", "#": "oJwv0OZSrhCeRWTLpcl8e0EVK5SqNU8pGYe0oAA+HUI", "n": 0, "t": 1775000000000, "z": 1776209600000, "l": 5}""";

    private static readonly byte[] Key = [.. Enumerable.Repeat((byte)0x88, 32)];

    // protocol/24 §2.4
    [Fact]
    public void TryOpen_WorkedExample_IsRead()
    {
        byte[] payload = Seal($"l{Head.Length}:{Head}5:helloe");
        Assert.Equal("f5f8ea9c21d833e3f826713be131879b1b8d3ed6b688a43c1fb83c87a98df13f", Convert.ToHexStringLower(SHA256.HashData(payload)));

        Assert.True(PushNotification.TryOpen(payload, Key, out PushNotification? notification));
        Assert.Equal(Account, notification.Account.ToString());
        Assert.Equal("oJwv0OZSrhCeRWTLpcl8e0EVK5SqNU8pGYe0oAA+HUI", notification.Hash);
        Assert.Equal(((short)0, (long?)1775000000000, (long?)1776209600000), (notification.Namespace.Value, notification.Timestamp, notification.Expiry));
        Assert.Equal("hello", Encoding.UTF8.GetString(notification.Data.Span));
    }

    [Fact]
    public void TryOpen_MessageWasTooLarge_SaysSo()
    {
        string head = $$"""{"@":"{{Account}}","#":"h","n":-11,"B":true,"more":[1]}""";
        Assert.True(PushNotification.TryOpen(Seal($"l{head.Length}:{head}e"), Key, out PushNotification? notification));
        Assert.True(notification.IsDataMissing);
        Assert.Equal(-11, notification.Namespace.Value);
        Assert.True(notification.Data.IsEmpty);
    }

    [Theory]
    [InlineData("")]
    [InlineData("le")]
    [InlineData("l2:{}e")]
    [InlineData("l2:[]e")]
    [InlineData("li1ee")]
    [InlineData("l100:{}e")]
    [InlineData("2:{}")]
    [InlineData("l2:{}i5ee")]
    public void TryOpen_OtherForm_IsRefused(string plain) => Assert.False(PushNotification.TryOpen(Seal(plain), Key, out _));

    [Theory]
    [InlineData("\"n\":0", "\"n\":40000")]
    [InlineData("\"n\":0", "\"n\":99999999999999999999")]
    [InlineData("\"n\":0", "\"n\":\"0\"")]
    [InlineData("05773", "09773")]
    public void TryOpen_BadMember_IsRefused(string good, string bad)
    {
        string head = $$"""{"@":"{{Account}}","#":"h","n":0}""";
        Assert.True(PushNotification.TryOpen(Seal($"l{head.Length}:{head}e"), Key, out _));
        head = head.Replace(good, bad, StringComparison.Ordinal);
        Assert.False(PushNotification.TryOpen(Seal($"l{head.Length}:{head}e"), Key, out _));
    }

    [Fact]
    public void TryOpen_TooLong_IsRefused() => Assert.False(PushNotification.TryOpen(new byte[PushNotification.MaxPayloadSize + 1], Key, out _));

    private static byte[] Seal(string text)
    {
        byte[] plain = Encoding.UTF8.GetBytes(text);
        Array.Resize(ref plain, (plain.Length + 255) / 256 * 256);
        byte[] payload = new byte[24 + plain.Length + 16];
        payload.AsSpan(0, 24).Fill(9);
        XChaCha20Poly1305.Encrypt(Key, payload.AsSpan(0, 24), plain, payload.AsSpan(24));
        return payload;
    }
}
