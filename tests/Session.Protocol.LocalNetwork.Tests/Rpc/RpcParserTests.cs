using CsCheck;
using Session.Protocol.LocalNetwork.Rpc;
using Session.Protocol.LocalNetwork.Tests.Transcripts;

namespace Session.Protocol.LocalNetwork.Tests.Rpc;

/// <summary>Whatever a stranger sends, there is a call or a refusal, never an exception.</summary>
public class RpcParserTests
{
    private static readonly byte[][] Recorded = [.. TranscriptEntry.LoadAll()
        .Where(entry => !entry.IsOnion && entry.Body.Length is > 0 and < 2_000).Select(entry => entry.Body)];

    [Fact]
    public void TryParse_RandomBytes_GivesARefusal() =>
        Gen.Byte.Array[0, 200].Sample(body => RpcParser.TryParse(body, out _, out RpcReply? refusal) || refusal!.Status == 400, iter: 2_000);

    [Fact]
    public void TryParse_TruncatedRequest_GivesARefusal() => Assert.All(Recorded, body =>
    {
        for (int length = 0; length < body.Length; length += 7)
        {
            Assert.False(RpcParser.TryParse(body.AsMemory(0, length), out _, out RpcReply? refusal));
            Assert.Equal(400, refusal.Status);
        }
    });

    [Fact]
    public void TryParse_AlteredRequest_GivesACallOrARefusal() =>
        Gen.Select(Gen.Int[0, Recorded.Length - 1], Gen.Int[0, 1_999], Gen.Byte[1, 255]).Sample((index, position, flip) =>
        {
            byte[] body = [.. Recorded[index]];
            body[position % body.Length] ^= flip;
            return RpcParser.TryParse(body, out RpcCall? call, out RpcReply? refusal) ? call is not null : refusal.Status == 400;
        }, iter: 5_000);

    [Theory]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("1")]
    [InlineData("\"info\"")]
    [InlineData("""{"method":1,"params":{}}""")]
    [InlineData("""{"method":"info","params":[]}""")]
    public void TryParse_WrongShape_IsRefused(string body)
    {
        Assert.False(RpcParser.TryParse(System.Text.Encoding.UTF8.GetBytes(body), out _, out RpcReply? refusal));
        Assert.StartsWith("invalid json: no `", refusal.Text);
    }

    // Every field of every recorded request in turn replaced by a value of each other type.
    [Theory]
    [InlineData("null")]
    [InlineData("true")]
    [InlineData("-1")]
    [InlineData("1e400")]
    [InlineData("99999999999999999999999")]
    [InlineData("\"\"")]
    [InlineData("\"\\ud800\"")]
    [InlineData("[]")]
    [InlineData("[[]]")]
    [InlineData("{}")]
    public void TryParse_FieldOfAnotherType_GivesACallOrARefusal(string value)
    {
        int replaced = 0;
        foreach (string body in Recorded.Select(System.Text.Encoding.UTF8.GetString))
        {
            foreach (System.Text.RegularExpressions.Match field in System.Text.RegularExpressions.Regex.Matches(body, "\"\\w+\":(\"[^\"]*\"|-?\\d+|true|\\[[^\\]\\[{]*\\])"))
            {
                string altered = string.Concat(body.AsSpan(0, field.Groups[1].Index), value, body.AsSpan(field.Groups[1].Index + field.Groups[1].Length));
                bool parsed = RpcParser.TryParse(System.Text.Encoding.UTF8.GetBytes(altered), out _, out RpcReply? refusal);
                Assert.True(parsed || refusal!.Status == 400);
                replaced++;
            }
        }

        Assert.True(replaced > 300);
    }
}
