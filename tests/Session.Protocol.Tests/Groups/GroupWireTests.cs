using System.Text;
using Session.Protocol.Accounts;
using Session.Protocol.Cryptography;
using Session.Protocol.Devices;
using Session.Protocol.Groups;
using Session.Protocol.Ratchet;
using Session.Protocol.SenderKeys;

namespace Session.Protocol.Tests.Groups;

public sealed class GroupWireTests : IDisposable
{
    private readonly SessionIdentity _alice = SessionIdentity.Create();
    private readonly SessionIdentity _bob = SessionIdentity.Create();
    private readonly GroupAdminKey _group = GroupAdminKey.FromSeed(new byte[32]);
    private readonly GroupAdminKey _other = GroupAdminKey.FromSeed(Enumerable.Repeat((byte)1, 32).ToArray());
    private readonly GroupChangeHeader _header = new(7, 1_790_000_000_000, new GroupHash(1), new GroupHash(2));

    public static TheoryData<string> Kinds => ["add", "answer", "remove", "promote", "rename", "describe", "picture", "no picture", "timer", "rekey"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void TryRead_WhatWasSigned_GivesItBack(string kind)
    {
        GroupChange change = Make(kind);
        var signed = SignedGroupChange.Sign(_alice, _group.GroupId, _header, change);

        GroupChangeStatus status = SignedGroupChange.TryRead(signed.Bytes, _group.GroupId, out SignedGroupChange? read);

        Assert.Equal(GroupChangeStatus.Ok, status);
        Assert.Equal((signed.Id, _alice.AccountId, _header), (read!.Id, read.Author, read.Header));
        Assert.Equal(change.GetType(), read.Change.GetType());
        Assert.Equal(signed.Bytes.ToArray(), SignedGroupChange.Sign(_alice, _group.GroupId, read.Header, read.Change).Bytes.ToArray());
    }

    [Fact]
    public void TryRead_AnyByteChanged_IsRefusedOrTheSameChange()
    {
        byte[] bytes = SignedGroupChange.Sign(_alice, _group.GroupId, _header, Make("remove")).Bytes.ToArray();
        for (int i = 0; i < bytes.Length; i++)
        {
            byte[] altered = [.. bytes];
            altered[i] ^= 1;

            Assert.NotEqual(GroupChangeStatus.Ok, SignedGroupChange.TryRead(altered, _group.GroupId, out _));
        }
    }

    [Fact]
    public void TryRead_OfAnotherGroup_BadSignature() => Assert.Equal(
        GroupChangeStatus.BadSignature,
        SignedGroupChange.TryRead(SignedGroupChange.Sign(_alice, _group.GroupId, _header, Make("rename")).Bytes, _other.GroupId, out _));

    [Fact]
    public void TryRead_FoundingChangeWithoutTheGroupsKey_BadSignature()
    {
        var create = new GroupChange.Create("Friends", default);
        var bare = SignedGroupChange.Sign(_alice, _group.GroupId, _header, create);
        var wrong = SignedGroupChange.Sign(_alice, _group.GroupId, _header, create, _other);
        var good = SignedGroupChange.Sign(_alice, _group.GroupId, _header, create, _group);

        Assert.Equal(GroupChangeStatus.BadSignature, SignedGroupChange.TryRead(bare.Bytes, _group.GroupId, out _));
        Assert.Equal(GroupChangeStatus.BadSignature, SignedGroupChange.TryRead(wrong.Bytes, _group.GroupId, out _));
        Assert.Equal(GroupChangeStatus.Ok, SignedGroupChange.TryRead(good.Bytes, _group.GroupId, out _));
    }

    [Fact]
    public void TryRead_BeyondABound_IsRefused()
    {
        GroupChange[] bad =
        [
            new GroupChange.Rename(new string('x', GroupLimits.MaxNameSize + 1)),
            new GroupChange.Rename(""),
            new GroupChange.Describe(new string('x', GroupLimits.MaxDescriptionSize + 1)),
            new GroupChange.SetPicture(new string('x', GroupLimits.MaxUrlSize + 1), new byte[32]),
            new GroupChange.SetPicture("http://x", new byte[31]),
            new GroupChange.SetPicture("", new byte[32]),
            new GroupChange.Add([]),
            new GroupChange.Add([.. Enumerable.Repeat(_bob.AccountId, GroupLimits.MaxMembers + 1)]),
            new GroupChange.Add([_group.GroupId]),
            new GroupChange.Remove([], default),
            new GroupChange.Remove([new GroupRemoval(_bob.AccountId, [.. Enumerable.Repeat(default(GroupHash), GroupLimits.MaxKnownHeads + 1)])], default),
            new GroupChange.Answer(GroupAnswer.None),
            new GroupChange.Answer((GroupAnswer)4),
        ];

        Assert.All(bad, x => Assert.Equal(GroupChangeStatus.Malformed, Status(_header, x)));
        Assert.Equal(GroupChangeStatus.Malformed, Status(_header with { Sequence = GroupLimits.MaxSequence + 1 }, Make("rename")));
        Assert.Equal(GroupChangeStatus.Malformed, Status(_header with { TimeMs = long.MaxValue }, Make("rename")));
        Assert.Equal(GroupChangeStatus.TooLarge, SignedGroupChange.TryRead(new byte[GroupLimits.MaxChangeSize + 1], _group.GroupId, out _));
        Assert.Equal(GroupChangeStatus.Malformed, SignedGroupChange.TryRead(new byte[] { 0xFF }, _group.GroupId, out _));
    }

    [Fact]
    public void GroupBox_OtherKeyOrGroup_DoesNotOpen()
    {
        byte[] key = new byte[GroupBox.KeySize];
        byte[] content = Encoding.UTF8.GetBytes("content");

        byte[] stored = GroupBox.Seal(key, _group.GroupId, content, RandomSource.System);

        Assert.Equal(content, GroupBox.TryOpen(key, _group.GroupId, stored));
        Assert.Null(GroupBox.TryOpen(key, _other.GroupId, stored));
        Assert.Null(GroupBox.TryOpen(Enumerable.Repeat((byte)1, 32).ToArray(), _group.GroupId, stored));
        Assert.Null(GroupBox.TryOpen(key, _group.GroupId, stored.AsSpan(0, 20)));
        Assert.Equal(GroupBox.MaxObjectSize, GroupBox.TryOpen(key, _group.GroupId, GroupBox.Seal(key, _group.GroupId, new byte[GroupBox.MaxObjectSize], RandomSource.System))!.Length);
        Assert.True(GroupBox.Seal(key, _group.GroupId, new byte[GroupBox.MaxObjectSize], RandomSource.System).Length <= 76_800);
        Assert.Throws<ArgumentException>(() => GroupBox.Seal(key, _group.GroupId, new byte[GroupBox.MaxObjectSize + 1], RandomSource.System));
    }

    [Fact]
    public void GroupLetters_SignedByTheAuthor_OnlyForThisGroup()
    {
        var body = new RatchetBody(new DeviceTag(3), new RatchetMessage(RatchetMessageType.Message, new byte[] { 1, 2, 3 }));
        var letters = new GroupLetters(_alice.AccountId, new DeviceTag(2), 5, [body], new byte[] { 9 });
        GroupObject content = GroupObject.TryRead(letters.Write(_alice, _group.GroupId))!;

        GroupLetters read = GroupLetters.TryRead(content.Letters.Span, _group.GroupId)!;
        byte[] altered = content.Letters.ToArray();
        altered[10] ^= 1;

        Assert.Equal((_alice.AccountId, new DeviceTag(2), 5L), (read.Author, read.Sender, read.TimestampMs));
        Assert.Equal(body.Recipient, Assert.Single(read.Bodies).Recipient);
        Assert.Null(GroupLetters.TryRead(content.Letters.Span, _other.GroupId));
        Assert.Null(GroupLetters.TryRead(altered, _group.GroupId));
    }

    [Fact]
    public void GroupLetter_AllParts_ComeBack()
    {
        var letter = new GroupLetter(_group.GroupId)
        {
            Changes = [new byte[] { 1 }],
            OuterKey = new byte[32],
            SigningValue = new byte[100],
            Distribution = new byte[95],
            NextNumber = 4,
            Request = GroupRequest.Snapshot,
            Sender = new DeviceTag(8),
        };

        GroupLetter read = GroupLetter.TryRead(letter.Write(1_790_000_000_000))!;

        Assert.Equal((_group.GroupId, 1, 32, 100, 95, 4ul, GroupRequest.Snapshot, new DeviceTag(8)),
            (read.Group, read.Changes.Count, read.OuterKey.Length, read.SigningValue.Length, read.Distribution.Length, read.NextNumber, read.Request, read.Sender));
        Assert.Null(GroupLetter.TryRead((letter with { OuterKey = new byte[31] }).Write(1)));
        Assert.Null(GroupLetter.TryRead((letter with { Seed = new byte[31] }).Write(1)));
        Assert.Null(GroupLetter.TryRead((letter with { SigningValue = new byte[99] }).Write(1)));
        Assert.Null(GroupLetter.TryRead((letter with { NextNumber = ulong.MaxValue }).Write(1)));
        Assert.Null(GroupLetter.TryRead((letter with { Request = (GroupRequest)3 }).Write(1)));
    }

    [Fact]
    public void GroupDistribution_From_OpensFromThereAndNotBefore()
    {
        Guid id = GroupDistribution.IdOf(_group.GroupId, _alice.AccountId, new DeviceTag(1));
        using var author = new SenderKeySession(id);
        byte[] start = author.CreateDistribution();
        byte[][] messages = [.. Enumerable.Range(0, 5).Select(i => Encrypt(author, (byte)i))];
        using var reader = new SenderKeySession(id);

        Assert.Equal(SenderKeyStatus.Ok, reader.Process(GroupDistribution.From(start, 2)));

        Assert.Equal(
            [SenderKeyStatus.Duplicate, SenderKeyStatus.Duplicate, SenderKeyStatus.Ok, SenderKeyStatus.Ok, SenderKeyStatus.Ok],
            messages.Select(x => reader.Decrypt(x).Status));
        Assert.Null(GroupDistribution.From(start, SenderKeyLimits.MaxForwardJump + 1));
        Assert.Null(GroupDistribution.From(author.CreateDistribution(), 2));
        Assert.Null(GroupDistribution.From([], 2));
    }

    [Fact]
    public void GroupDistribution_IdOf_IsAnotherForEachGroupAccountAndDevice()
    {
        Guid[] ids =
        [
            GroupDistribution.IdOf(_group.GroupId, _alice.AccountId, new DeviceTag(1)),
            GroupDistribution.IdOf(_group.GroupId, _alice.AccountId, new DeviceTag(2)),
            GroupDistribution.IdOf(_group.GroupId, _bob.AccountId, new DeviceTag(1)),
            GroupDistribution.IdOf(_other.GroupId, _alice.AccountId, new DeviceTag(1)),
        ];

        Assert.Equal(4, ids.Distinct().Count());
    }

    public void Dispose()
    {
        _alice.Dispose();
        _bob.Dispose();
        _group.Dispose();
        _other.Dispose();
    }

    private static byte[] Encrypt(SenderKeySession author, byte content)
    {
        Assert.Equal(SenderKeyStatus.Ok, author.Encrypt([content], out byte[] message));
        return message;
    }

    private GroupChangeStatus Status(GroupChangeHeader header, GroupChange change) =>
        SignedGroupChange.TryRead(SignedGroupChange.Sign(_alice, _group.GroupId, header, change).Bytes, _group.GroupId, out _);

    private GroupChange Make(string kind) => kind switch
    {
        "add" => new GroupChange.Add([_bob.AccountId]),
        "answer" => new GroupChange.Answer(GroupAnswer.Leave),
        "remove" => new GroupChange.Remove([new GroupRemoval(_bob.AccountId, [new GroupHash(5)])], new GroupKeyMark(new GroupHash(6), 3)),
        "promote" => new GroupChange.Promote(_bob.AccountId),
        "rename" => new GroupChange.Rename("Freunde äöü"),
        "describe" => new GroupChange.Describe(""),
        "picture" => new GroupChange.SetPicture("http://files/1", new byte[32]),
        "no picture" => new GroupChange.SetPicture("", default),
        "timer" => new GroupChange.SetTimer(uint.MaxValue),
        _ => new GroupChange.Rekey(new GroupKeyMark(new GroupHash(6), 3)),
    };
}
