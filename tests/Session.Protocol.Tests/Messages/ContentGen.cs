using CsCheck;
using Session.Protocol.Accounts;
using Session.Protocol.Messages;
using Session.Protocol.Messages.Groups;

namespace Session.Protocol.Tests.Messages;

/// <summary>Random content of every kind. A new kind is added here and is then under all tests of the codec.</summary>
internal static class ContentGen
{
    public static readonly Gen<string> Text = Gen.Char["aZ 0/ä€\u05D0\u4E2D"].Array[0, 20].Select(x => new string(x) + (x.Length % 3 == 0 ? "😂" : ""));

    public static readonly Gen<string> SomeText = Text.Select(x => x + "x");

    public static readonly Gen<string> Emoji = Gen.OneOf(Gen.Const("😂"), Gen.Const("👍🏽"), Gen.Const("❤️"), Gen.Const("👨‍👩‍👧‍👦"));

    public static readonly Gen<long> Time = Gen.Long[1, 253_402_300_799_999];

    public static readonly Gen<AccountId> Account = Id(0x05);

    public static readonly Gen<AttachmentPointer> Attachment =
        Gen.Select(Gen.UInt, Optional(Text), Optional(Text), Bytes(0, 64), Bytes(0, 32), Gen.UInt, Gen.Int[0, int.MaxValue], Gen.Bool,
            (number, type, name, key, digest, size, side, voice) => new AttachmentPointer
            {
                Url = (number % 3) switch { 0 => "", 1 => $"http://files.example/file/{number}#d", _ => "http://files.example/file/name" },
                ContentType = type,
                FileName = name,
                Caption = type is null ? name : null,
                Key = key,
                Digest = digest,
                Size = size,
                Width = side,
                Height = side / 2,
                IsVoiceMessage = voice,
            });

    public static readonly Gen<UserProfile> Profile = Gen.Select(Text, Optional(Text), Bytes(32, 32), Gen.Bool, Gen.Long[0, 253_402_300_799],
        (name, url, key, hasKey, time) => new UserProfile
        {
            DisplayName = name,
            PictureUrl = url,
            PictureKey = hasKey ? key : [],
            UpdatedAtSeconds = time,
        });

    public static readonly Gen<MessageContent> Any = Gen.OneOf(
        Kind(Data(TextMessage())),
        Kind(Data(Gen.Select(Reference(), Emoji, Gen.Bool, (target, emoji, removal) =>
            new Reaction { Target = target, Emoji = emoji, IsRemoval = removal }))),
        Kind(Data(Gen.Const(() => new ExpirationTimerUpdate()))),
        Kind(Time.Array[1, 20].Select(x => new ReadReceipt { Timestamps = x })),
        Kind(Gen.Bool.Select(x => new TypingIndicator { IsTyping = x })),
        Kind(Reference().Select(x => new Unsend { Target = x })),
        Kind(Gen.Select(Gen.Enum<DataExtractionKind>(), Time, Gen.Bool, (kind, time, has) =>
            new DataExtractionNotice { Kind = kind, MessageTimestampMs = has ? time : null })),
        Kind(Gen.Select(Gen.Bool, Profile, Gen.Bool, (approved, profile, has) =>
            new MessageRequestResponse { IsApproved = approved, Profile = has ? profile : null })),
        Kind(Gen.Select(Gen.Enum<CallSignalType>(), SomeText, Text.Array[1, 5], Gen.Int[0, int.MaxValue].Array[0, 5], Text.Array[0, 5],
            (type, id, sdps, indexes, mids) => new CallSignal { Type = type, CallId = id, Sdps = sdps, SdpMLineIndexes = indexes, SdpMids = mids })),
        Kind(Gen.Select(Gen.Enum<SharedConfigKind>(), Gen.Long, Bytes(0, 50), (kind, number, data) =>
            new SharedConfig { Kind = kind, SequenceNumber = number, Data = data })),
        Kind(Data(Gen.Select(Id(0x03), Text, Bytes(100, 100), Bytes(64, 64), (group, name, auth, signature) =>
            new GroupInvite { Group = group, Name = name, AuthData = auth, AdminSignature = signature }))),
        Kind(Data(Gen.Select(Gen.Enum<GroupInfoField>(), Optional(Text), Gen.UInt, Gen.Bool, Bytes(64, 64), (what, name, timer, has, signature) =>
            new GroupInfoChange { Field = what, UpdatedName = name, UpdatedExpirationSeconds = has ? timer : null, AdminSignature = signature }))),
        Kind(Data(Gen.Select(Gen.Enum<GroupMemberAction>(), Account.Array[0, 5], Gen.Bool, Bytes(64, 64), (action, members, history, signature) =>
            new GroupMemberChange { Action = action, Members = members, HistoryShared = history, AdminSignature = signature }))),
        Kind(Data(Gen.Select(Bytes(32, 32), Text, (seed, name) => new GroupPromotion { Seed = seed, Name = name }))),
        Kind(Data(Gen.Const(() => new GroupMemberLeft()))),
        Kind(Data(Gen.Bool.Select(x => new GroupInviteResponse { IsApproved = x }))),
        Kind(Data(Gen.Select(Account.Array[0, 5], Text.Array[1, 5], Bytes(64, 64), Gen.Bool, (members, hashes, signature, signed) =>
            new GroupDeleteContent { Members = members, MessageHashes = hashes, AdminSignature = signed ? signature : [] }))),
        Kind(Data(Gen.Const(() => new GroupMemberLeftNotice()))));

    private static Gen<TextMessage> TextMessage() => Gen.Select(
        SomeText, Attachment.Array[0, 4], Reference(), Attachment, Text, Gen.Int[0, 15], (text, attachments, quote, image, title, choice) => new TextMessage
        {
            Text = text + ((choice & 1) != 0 ? " https://example.org/ there" : ""),
            Attachments = attachments,
            Quote = (choice & 2) != 0 ? quote : null,
            Preview = (choice & 1) != 0 ? new LinkPreview { Url = "https://example.org/", Title = title, Image = image } : null,
            Invitation = (choice & 4) != 0 ? new CommunityInvitation { Url = "http://sogs.example/room?public_key=00", Name = text } : null,
        });

    private static Gen<MessageContent> Kind<T>(Gen<T> kind)
        where T : MessageContent => Gen.Select(kind, Gen.Enum<ExpirationMode>(), Gen.UInt[1, uint.MaxValue], Bytes(0, 3), (content, mode, seconds, extra) =>
            (MessageContent)(content with
            {
                Expiration = mode switch
                {
                    ExpirationMode.AfterRead => Expiration.AfterRead(TimeSpan.FromSeconds(seconds)),
                    ExpirationMode.AfterSend => Expiration.AfterSend(TimeSpan.FromSeconds(seconds)),
                    _ => Expiration.Off,
                },
                ProMessage = extra,
                ProSignature = extra.Length > 2 ? new byte[64] : [],
                CapabilityRecord = extra,
            }));

    private static Gen<T> Data<T>(Gen<T> kind)
        where T : DataContent => Gen.Select(kind, Profile, Account, Gen.Int[0, 15], (content, profile, target, choice) => content with
        {
            Profile = (choice & 1) != 0 ? profile : null,
            SyncTarget = (choice & 2) != 0 ? target : null,
            BlocksCommunityMessageRequests = (choice & 4) != 0 ? (choice & 8) != 0 : null,
        });

    private static Gen<MessageReference> Reference() => Gen.Select(Account, Time, (author, time) => new MessageReference(author, time));

    private static Gen<AccountId> Id(byte prefix) => Gen.Byte.Array[32].Select(key => new AccountId([prefix, .. key]));

    private static Gen<byte[]> Bytes(int min, int max) => Gen.Byte.Array[min, max];

    private static Gen<string?> Optional(Gen<string> text) => Gen.Select(text, Gen.Bool, (x, has) => has ? x : null);
}
