using Session.Protocol.Accounts;
using Session.Protocol.Attachments;
using Session.Protocol.Onion.Files;

namespace Session.Protocol.Onion.Tests.Files;

public class FileServerAddressTests
{
    private const string EdKey = "24f7893a802b44a7903020699bfdcdd6a4adf4981e3c8dd6c6b9624dccce4350";
    private const string ConvertedKey = "9df84b774f0aa9c2cefbc7a4bf5d7483f49ca8094fb5817cda565fb2ab3b7954";

    // No point of the Edwards curve.
    private const string OldKey = "da21e1d886c6fbaea313f75298bd64aab03a97ce985b46bb2dad9f2089c8ee59";

    [Fact]
    public void Presets_HaveTheKnownKeys()
    {
        Assert.Equal("fc097b06821c98a2db75ce02e521cef5fd9d3446e42e81d843c4c8c4e9260f48", FileServerAddress.Test.EncryptionKey.ToString());
        Assert.Equal("16d6c60aebb0851de7e6f4dc0a4734671dbf80f73664c008596511454cb6576d", FileServerAddress.Testnet.EncryptionKey.ToString());
        Assert.Equal(OldKey, FileServerAddress.OfficialWithOlderKey.EncryptionKey.ToString());
    }

    [Theory]
    [InlineData("http://filev2.getsession.org/file/1", "http://filev2.getsession.org/", "09324794aa9c11948189762d198c618148e9136ac9582068180661208927ef34")]
    [InlineData("http://other.getsession.org/file/1", "http://other.getsession.org/", "09324794aa9c11948189762d198c618148e9136ac9582068180661208927ef34")]
    [InlineData("https://example.com:81/file/1#p=" + EdKey, "https://example.com:81/", ConvertedKey)]
    [InlineData("http://example.com/file/1#d&p=" + OldKey, "http://example.com/", OldKey)]
    public void Find_KnownKey_IsTheServer(string text, string address, string key)
    {
        Assert.True(AttachmentUrl.TryParse(text, out AttachmentUrl? url));
        FileServerAddress? server = FileServerAddress.Find(url, FileServerAddress.Official);
        Assert.Equal((address, key), (server?.Address.ToString(), server?.EncryptionKey.ToString()));
    }

    [Theory]
    [InlineData("http://example.com/file/1")]
    [InlineData("http://getsession.org.example.com/file/1")]
    [InlineData("http://evilgetsession.org/file/1")]
    public void Find_NoKeyAnywhere_IsNull(string text)
    {
        Assert.True(AttachmentUrl.TryParse(text, out AttachmentUrl? url));
        Assert.Null(FileServerAddress.Find(url, FileServerAddress.Official));
    }

    [Fact]
    public void Find_HostOfTheOwnServer_IsTheOwnServer()
    {
        Assert.True(AttachmentUrl.TryParse("http://filev2.getsession.org/file/1", out AttachmentUrl? url));
        Assert.Same(FileServerAddress.OfficialWithOlderKey, FileServerAddress.Find(url, FileServerAddress.OfficialWithOlderKey));
    }

    [Fact]
    public void UrlOf_OtherServer_CarriesItsKeyAndIsFoundAgain()
    {
        FileServerAddress server = FileServerAddress.FromSigningKey(new Uri("http://127.0.0.1:8080"), Ed25519PublicKey.Parse(EdKey));
        AttachmentUrl url = server.UrlOf("abc", AttachmentScheme.Stream);
        Assert.Equal($"http://127.0.0.1:8080/file/abc#p={EdKey}&d", url.Format());
        Assert.Equal(server, FileServerAddress.Find(url, FileServerAddress.Official));
        Assert.Equal("http://filev2.getsession.org/file/abc", FileServerAddress.OfficialWithOlderKey.UrlOf("abc", AttachmentScheme.Legacy).Format());
    }
}
