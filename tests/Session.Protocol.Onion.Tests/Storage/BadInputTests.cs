using System.Text;
using CsCheck;
using Session.Protocol.Onion.Requests;
using Session.Protocol.Onion.Storage;
using Session.Protocol.Onion.Storage.Results;

namespace Session.Protocol.Onion.Tests.Storage;

/// <summary>Whatever a node sends is read without an exception, and nothing altered counts as confirmed.</summary>
public sealed class BadInputTests
{
    // One recorded answer for each kind of reader.
    public static TheoryData<int> Samples => [1, 15, 21, 24, 27, 64, 90, 93, 94, 95, 99, 101, 107, 108, 111, 112, 113];

    [Theory]
    [MemberData(nameof(Samples))]
    public void ReadReply_TruncatedAnswer_NeverSucceeds(int id)
    {
        Recording recording = Recording.Get(id);
        StorageRequest request = recording.Build()!;
        byte[] body = Encoding.UTF8.GetBytes(recording.Answer);
        for (int length = 0; length < body.Length; length += Math.Max(1, body.Length / 97))
        {
            Assert.False(Read(request, recording, body[..length]).IsSuccess);
        }
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void ReadReply_FlippedBits_NeverThrows(int id)
    {
        Recording recording = Recording.Get(id);
        StorageRequest request = recording.Build()!;
        byte[] body = Encoding.UTF8.GetBytes(recording.Answer);
        Gen.Select(Gen.Int[0, body.Length - 1], Gen.Int[0, 7]).Array[1, 4].Sample(
            flips =>
            {
                byte[] altered = [.. body];
                foreach ((int at, int bit) in flips)
                {
                    altered[at] ^= (byte)(1 << bit);
                }

                _ = Read(request, recording, altered);
            },
            iter: 300,
            threads: 1);
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void ReadReply_ValuesOfOtherTypes_NeverThrows(int id)
    {
        Recording recording = Recording.Get(id);
        StorageRequest request = recording.Build()!;
        foreach (string other in (string[])["null", "[]", "{}", "-1", "1e400", "true", "\"\\ud800\"", "\"\"", "[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]"])
        {
            foreach (int colon in recording.Answer.Select((c, i) => (c, i)).Where(x => x.c == ':').Select(x => x.i).Where((_, n) => n < 60))
            {
                int end = recording.Answer.IndexOfAny([',', '}', ']'], colon);
                _ = Read(request, recording, Encoding.UTF8.GetBytes(recording.Answer[..(colon + 1)] + other + recording.Answer[end..]));
                _ = Read(request, recording, Encoding.UTF8.GetBytes(recording.Answer[..(colon + 1)] + other + "}}}"));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Samples))]
    public void ReadReply_RandomBytes_NeverSucceeds(int id)
    {
        Recording recording = Recording.Get(id);
        StorageRequest request = recording.Build()!;
        Gen.Byte.Array[0, 200].Sample(bytes => !Read(request, recording, bytes).IsSuccess, iter: 200, threads: 1);
    }

    [Fact]
    public void ReadReply_AlteredSignature_IsNotConfirmed()
    {
        Recording recording = Recording.Get(24);
        int at = recording.Answer.IndexOf("\"signature\":\"", StringComparison.Ordinal) + 13;
        string altered = recording.Answer[..at] + (recording.Answer[at] == 'A' ? 'B' : 'A') + recording.Answer[(at + 1)..];

        StoreResult result = ((StorageReply<StoreResult>)Read(recording.Build()!, recording, Encoding.UTF8.GetBytes(altered))).Value!;
        Assert.Equal(2, result.Swarm.Confirmations);
        Assert.Single(result.Swarm.Members, member => member.Outcome == MemberOutcome.Unverified);
    }

    [Theory]
    [InlineData("\\ud800")]
    [InlineData("AAAA")]
    [InlineData("====")]
    public void ReadReply_OneMembersSignatureIsNone_TheOthersStillCount(string signature)
    {
        Recording recording = Recording.Get(24);
        int start = recording.Answer.IndexOf("\"signature\":\"", StringComparison.Ordinal) + 13;
        string altered = recording.Answer[..start] + signature + recording.Answer[recording.Answer.IndexOf('"', start)..];

        StoreResult result = ((StorageReply<StoreResult>)Read(recording.Build()!, recording, Encoding.UTF8.GetBytes(altered))).Value!;
        Assert.Equal(2, result.Swarm.Confirmations);
    }

    [Fact]
    public void ReadReply_SignaturesWithAndWithoutPadding_CountTheSame()
    {
        Recording recording = Recording.Get(24);
        string padded = recording.Answer.Replace("==\"", "\"", StringComparison.Ordinal).Replace("\"}", "==\"}", StringComparison.Ordinal);
        string bare = recording.Answer.Replace("==\"", "\"", StringComparison.Ordinal);

        Assert.NotEqual(padded, bare);
        foreach (string answer in new[] { padded, bare })
        {
            StoreResult result = ((StorageReply<StoreResult>)Read(recording.Build()!, recording, Encoding.UTF8.GetBytes(answer))).Value!;
            Assert.Equal(3, result.Swarm.Confirmations);
        }
    }

    [Fact]
    public void ReadReply_OneMessageIsNoText_TheOthersAreRead()
    {
        Recording recording = Recording.Get(64);
        int start = recording.Answer.IndexOf("\"data\":\"", StringComparison.Ordinal) + 8;
        string altered = recording.Answer[..start] + "\\ud800" + recording.Answer[recording.Answer.IndexOf('"', start)..];

        RetrieveResult result = ((StorageReply<RetrieveResult>)Read(recording.Build()!, recording, Encoding.UTF8.GetBytes(altered))).Value!;
        Assert.Equal(1, result.Dropped);
        Assert.NotEmpty(result.Messages);
    }

    [Fact]
    public void ReadReply_SameMemberInBothCasesOfHex_CountsOnce()
    {
        Recording recording = Recording.Get(24);
        int start = recording.Answer.IndexOf("\"swarm\":{", StringComparison.Ordinal) + 9;
        int end = recording.Answer.IndexOf('}', start) + 1;
        string entry = recording.Answer[start..end];
        string twice = recording.Answer[..start] + "\"" + entry[1..65].ToUpperInvariant() + entry[65..] + "," + recording.Answer[start..];

        StoreResult result = ((StorageReply<StoreResult>)Read(recording.Build()!, recording, Encoding.UTF8.GetBytes(twice))).Value!;
        Assert.Equal(3, result.Swarm.Members.Count);
    }

    [Fact]
    public void ReadReply_MessageWithAForeignHash_IsDropped()
    {
        Recording recording = Recording.Get(64);
        string altered = recording.Answer.Replace("\"data\":\"aGVsbG8s", "\"data\":\"aGVsbG8t", StringComparison.Ordinal);

        RetrieveResult honest = ((StorageReply<RetrieveResult>)Read(recording.Build()!, recording, Encoding.UTF8.GetBytes(recording.Answer))).Value!;
        RetrieveResult forged = ((StorageReply<RetrieveResult>)Read(recording.Build()!, recording, Encoding.UTF8.GetBytes(altered))).Value!;
        Assert.Equal(0, honest.Dropped);
        Assert.Equal(1, forged.Dropped);
        Assert.Equal(honest.Messages.Count - 1, forged.Messages.Count);
        Assert.Equal(honest.LastHash, forged.LastHash);
    }

    [Fact]
    public void ReadReply_EndlessErrorText_IsShortened()
    {
        StorageReply<NodeStatus> reply = new InfoRequest().ReadReply(new OnionResponse(500, Encoding.UTF8.GetBytes("a\r\n" + new string('x', 1_000_000))), 0);
        Assert.Equal(300, reply.ErrorText!.Length);
        Assert.DoesNotContain('\n', reply.ErrorText);
    }

    private static StorageReply Read(StorageRequest request, Recording recording, byte[] body) =>
        RecordedAnswerTests.Read(request, new OnionResponse(recording.Status, body), recording.Timestamp);
}
