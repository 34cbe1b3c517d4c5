using System.Text;
using Session.Protocol.Accounts;
using Session.Protocol.Onion.Requests;

namespace Session.Protocol.Onion.Tests.Requests;

public class LayerControlTests
{
    private const string Hex = "c306fb0ef2bf8b7f93bad98155fa37daec74db0c4cbeda6c6f1dba9d36558252";
    private static readonly X25519PublicKey Key = X25519PublicKey.Parse(Hex);
    private static readonly string Base64 = Convert.ToBase64String(Key.AsSpan());

    public static TheoryData<string, string, int> Readable => new()
    {
        { $$"""{"ephemeral_key":"{{Hex}}"}""", "AesGcm", 0 },
        { $$"""{"ephemeral_key":"{{Hex.ToUpperInvariant()}}","enc_type":"gcm","hop_no":7}""", "AesGcm", 7 },
        { $$"""{"enc_type":"xchacha20-poly1305","ephemeral_key":"{{Base64}}"}""", "XChaCha20", 0 },
        { $$"""{"ephemeral_key":"{{Base64.TrimEnd('=')}}","enc_type":"xchacha20"}""", "XChaCha20", 0 },
        { $$""" { "other" : [1,{"ephemeral_key":"x"}], "ephemeral\u005fkey" : "\u0063{{Hex[1..]}}" } """, "AesGcm", 0 },
    };

    [Theory]
    [MemberData(nameof(Readable))]
    public void TryRead_FormsInUse_GivesKeyCipherAndHop(string json, string cipher, int hop)
    {
        Assert.True(LayerControl.TryRead(Encoding.UTF8.GetBytes(json), out LayerControl control));

        Assert.Equal(new LayerControl(Key, Enum.Parse<OnionCipher>(cipher), hop), control);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("{\"ephemeral_key\":5}")]
    [InlineData("{\"ephemeral_key\":\"c306\"}")]
    [InlineData("{\"ephemeral_key\":\"" + Hex + "\"")]
    [InlineData("{\"ephemeral_key\":\"" + Hex + "\"}}")]
    [InlineData("{\"ephemeral_key\":\"" + Hex + "\"}{}")]
    [InlineData("{\"ephemeral_key\":\"" + Hex + "\",\"enc_type\":\"rot13\"}")]
    [InlineData("{\"ephemeral_key\":\"" + Hex + "\",\"enc_type\":null}")]
    [InlineData("{\"ephemeral_key\":\"" + Hex + "\",\"hop_no\":-1}")]
    [InlineData("{\"ephemeral_key\":\"" + Hex + "\",\"hop_no\":\"1\"}")]
    [InlineData("{\"ephemeral_key\":\"\\ud800\"}")]
    public void TryRead_AnythingElse_IsRefused(string json) => Assert.False(LayerControl.TryRead(Encoding.UTF8.GetBytes(json), out _));

    [Fact]
    public void TryRead_InvalidUtf8_IsRefused() => Assert.False(LayerControl.TryRead([.. "{\"ephemeral_key\":\""u8, 0xff, 0xc0, (byte)'"', (byte)'}'], out _));
}
