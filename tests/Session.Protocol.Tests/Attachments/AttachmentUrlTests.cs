using Session.Protocol.Attachments;

namespace Session.Protocol.Tests.Attachments;

public class AttachmentUrlTests
{
    private const string KeyText = "39ef1f9438693af9ecae5430c8e7ca21c512f761bd6966e98ed21c7550f76416";

    [Theory]
    [InlineData("http://example.com/file/1#d")]
    [InlineData("http://example.com/file/1#d=")]
    [InlineData("http://example.com/file/1#x&d=1&p=" + KeyText)]
    [InlineData("http://example.com/file/1#p=" + KeyText + "&d")]
    public void TryParse_AnyFormOfTheStreamMark_IsTheStreamEncryption(string text)
    {
        Assert.True(AttachmentUrl.TryParse(text, out AttachmentUrl? url));
        Assert.Equal(AttachmentScheme.Stream, url.Scheme);
        Assert.Equal(AttachmentScheme.Stream, AttachmentCipher.SchemeOf(text));
    }

    [Theory]
    [InlineData("http://example.com/file/1")]
    [InlineData("http://example.com/file/1#")]
    [InlineData("http://example.com/file/1#dd")]
    [InlineData("http://example.com/file/1#e=d")]
    [InlineData("http://example.com/file/d")]
    public void TryParse_NoStreamMark_IsTheOlderEncryption(string text)
    {
        Assert.True(AttachmentUrl.TryParse(text, out AttachmentUrl? url));
        Assert.Equal(AttachmentScheme.Legacy, url.Scheme);
        Assert.Equal(AttachmentScheme.Legacy, AttachmentCipher.SchemeOf(text));
    }

    [Theory]
    [InlineData("http://[::1]:8080/file/1", "[::1]", 8080)]
    [InlineData("HTTPS://127.0.0.1:65535/files/1/", "127.0.0.1", 65535)]
    public void TryParse_Addresses_AreKept(string text, string host, int port)
    {
        Assert.True(AttachmentUrl.TryParse(text, out AttachmentUrl? url));
        Assert.Equal((host, port), (url.Host, url.Port));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("http://")]
    [InlineData("http:///file/1")]
    [InlineData("ftp://example.com/file/1")]
    [InlineData("file:///file/1")]
    [InlineData("http://example.com")]
    [InlineData("http://example.com/file/")]
    [InlineData("http://example.com/file/1/2")]
    [InlineData("http://example.com/file/1?x=2")]
    [InlineData("http://example.com/file/..")]
    [InlineData("http://example.com/other/1")]
    [InlineData("http://user@example.com/file/1")]
    [InlineData("http://example.com:/file/1")]
    [InlineData("http://example.com:0/file/1")]
    [InlineData("http://example.com:65536/file/1")]
    [InlineData("http://example.com:+80/file/1")]
    [InlineData("http://[::1/file/1")]
    [InlineData("http://[]/file/1")]
    [InlineData("http://exa mple.com/file/1")]
    [InlineData("http://example.com/file/1#p=39ef")]
    [InlineData("http://example.com/file/1#p=")]
    [InlineData("http://example.com/file/1#p=zzef1f9438693af9ecae5430c8e7ca21c512f761bd6966e98ed21c7550f76416")]
    public void TryParse_Nonsense_IsRefused(string? text) => Assert.False(AttachmentUrl.TryParse(text, out _));

    [Fact]
    public void TryParse_TooLong_IsRefused() =>
        Assert.False(AttachmentUrl.TryParse("http://example.com/file/1#" + new string('x', AttachmentUrl.MaxLength), out _));

    [Fact]
    public void Format_WhatWasRead_IsTheSame()
    {
        const string Text = "https://example.com:81/file/abc-_1#p=" + KeyText + "&d&sr=abc.sesh:11235";
        Assert.True(AttachmentUrl.TryParse(Text, out AttachmentUrl? url));
        Assert.Equal(Text, url.Format());
        Assert.DoesNotContain("abc", url.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void TryParse_RouterWithoutPort_GetsTheDefault()
    {
        Assert.True(AttachmentUrl.TryParse("http://a/file/1#sr=abc.sesh", out AttachmentUrl? url));
        Assert.Equal("abc.sesh:11235", url.SessionRouter);
    }
}
