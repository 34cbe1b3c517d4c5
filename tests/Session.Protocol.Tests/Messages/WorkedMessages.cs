using Session.Protocol.Accounts;
using Session.Protocol.Messages;
using Session.Protocol.Messages.Groups;

namespace Session.Protocol.Tests.Messages;

/// <summary>The worked bytes of protocol/11 §13, made by two other encoders. (The fourth is a wrapper, not a content.)</summary>
internal static class WorkedMessages
{
    public const long SentTimestampMs = 1_790_000_000_000;

    public static readonly AccountId R = AccountId.Parse("050169191f1ea2e39f926a204fc416971b931b4a50bed83a3b9c57f36144530857");

    private static readonly byte[] Counting = [.. Enumerable.Range(0, 64).Select(x => (byte)x)];

    private static readonly MessageReference Target = new(R, 1_789_999_999_000);

    public static readonly IReadOnlyDictionary<string, (MessageContent Content, string Hex)> All = new Dictionary<string, (MessageContent, string)>
    {
        ["text"] = (
            new TextMessage("Hello") { Profile = new UserProfile { DisplayName = "Ann", UpdatedAtSeconds = 1_789_000_000 } },
            "0a150a0548656c6c6faa060b0a03416e6e18c0f287d506600068007880d8c1a28c34"),
        ["reaction"] = (
            new Reaction { Target = Target, Emoji = "😂", Expiration = Expiration.AfterSend(TimeSpan.FromDays(1)) },
            "0a555a530898d0c1a28c3412423035303136393139316631656132653339663932366132303466633431363937316239333162346135306265643833613362396335376633363134343533303835371a04f09f9882200060026880a3057880d8c1a28c34"),
        ["group info change"] = (
            new GroupInfoChange
            {
                Field = GroupInfoField.Name,
                UpdatedName = "New name",
                AdminSignature = Convert.FromHexString("75a5dd172801fd5b9eec9526111988f12acd27fce50810a097e3cf51c80151678638727c685303e6ae5c5a4087aff9ee77e28f4fb88004da4e04552ab68de709"),
            },
            "0a53c20750124e080112084e6577206e616d65224075a5dd172801fd5b9eec9526111988f12acd27fce50810a097e3cf51c80151678638727c685303e6ae5c5a4087aff9ee77e28f4fb88004da4e04552ab68de709600068007880d8c1a28c34"),
        ["read receipt"] = (
            new ReadReceipt { Timestamps = [1_789_999_999_000, 1_789_999_999_500] },
            "2a1008011098d0c1a28c34108cd4c1a28c347880d8c1a28c34"),
        ["typing"] = (new TypingIndicator { IsTyping = true }, "32090880d8c1a28c3410007880d8c1a28c34"),
        ["unsend"] = (
            new Unsend { Target = Target },
            "4a4b0898d0c1a28c3412423035303136393139316631656132653339663932366132303466633431363937316239333162346135306265643833613362396335376633363134343533303835377880d8c1a28c34"),
        ["voice message"] = (
            new TextMessage
            {
                Attachments =
                [
                    new AttachmentPointer
                    {
                        Url = "http://filev2.getsession.org/file/42",
                        ContentType = "audio/mp4",
                        FileName = "a.m4a",
                        Key = Counting,
                        Digest = Enumerable.Repeat((byte)0xDD, 32).ToArray(),
                        Size = 1000,
                        IsVoiceMessage = true,
                    },
                ],
            },
            "0aae0112ab01092a000000000000001209617564696f2f6d70341a40000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f20e8073220dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd3a05612e6d34614001aa0624687474703a2f2f66696c6576322e67657473657373696f6e2e6f72672f66696c652f3432600068007880d8c1a28c34"),
    };

    public static TheoryData<string> Names => [.. All.Keys];

    public static byte[] Bytes(string name) => Convert.FromHexString(All[name].Hex);
}
