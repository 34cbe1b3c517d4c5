using System.Text;
using Google.Protobuf;
using Session.Protocol.Accounts;
using Session.Protocol.Messages;

namespace Session.Protocol.Groups;

/// <summary>The inner form of a change (Wire/groups.proto).</summary>
internal static class GroupChangeCodec
{
    private const uint Version = 1;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static byte[] Write(GroupChangeHeader header, GroupChange change)
    {
        var wire = new Wire.Change
        {
            Version = Version,
            Sequence = header.Sequence,
            Time = (ulong)header.TimeMs,
            Previous = Wrap(header.Previous),
            Membership = Wrap(header.Membership),
        };
        switch (change)
        {
            case GroupChange.Create create:
                wire.Create = new Wire.Create { Name = Text(create.Name), KeyId = Wrap(create.Key) };
                break;
            case GroupChange.Add add:
                wire.Add = new Wire.Add { Accounts = { add.Members.Select(Wrap) } };
                break;
            case GroupChange.Answer answer:
                wire.Answer = (uint)answer.Value;
                break;
            case GroupChange.Remove remove:
                wire.Remove = new Wire.Remove { Removals = { remove.Members.Select(Write) }, Key = Write(remove.Key) };
                break;
            case GroupChange.Promote promote:
                wire.Promote = Wrap(promote.Member);
                break;
            case GroupChange.Rename rename:
                wire.Name = Text(rename.Name);
                break;
            case GroupChange.Describe describe:
                wire.Description = Text(describe.Description);
                break;
            case GroupChange.SetPicture picture:
                wire.Picture = new Wire.Picture { Url = Text(picture.Url), Key = UnsafeByteOperations.UnsafeWrap(picture.Key) };
                break;
            case GroupChange.SetTimer timer:
                wire.Timer = timer.Seconds;
                break;
            case GroupChange.Rekey rekey:
                wire.Rekey = Write(rekey.Key);
                break;
            default:
                throw new ArgumentException("Not a known change.", nameof(change));
        }

        return wire.ToByteArray();
    }

    /// <summary>Reads what anybody may have written. Never throws.</summary>
    public static GroupChangeStatus TryRead(ReadOnlySpan<byte> content, out GroupChangeHeader? header, out GroupChange? change)
    {
        try
        {
            return Read(Wire.Change.Parser.ParseFrom(content), out header, out change);
        }
        catch (InvalidProtocolBufferException)
        {
            header = null;
            change = null;
            return GroupChangeStatus.Malformed;
        }
    }

    private static GroupChangeStatus Read(Wire.Change wire, out GroupChangeHeader? header, out GroupChange? change)
    {
        header = null;
        change = null;
        if (wire.Version != Version)
        {
            return GroupChangeStatus.Version;
        }

        bool ok = GroupHash.TryRead(wire.Previous.Span, out GroupHash previous)
            & GroupHash.TryRead(wire.Membership.Span, out GroupHash membership)
            & wire.Sequence <= GroupLimits.MaxSequence
            & wire.Time <= Limits.MaxTimeMs;
        change = ok ? Read(wire) : null;
        if (change is null)
        {
            return GroupChangeStatus.Malformed;
        }

        header = new GroupChangeHeader(wire.Sequence, (long)wire.Time, previous, membership);
        return GroupChangeStatus.Ok;
    }

    private static GroupChange? Read(Wire.Change wire) => wire.KindCase switch
    {
        Wire.Change.KindOneofCase.Create => ReadText(wire.Create.Name, GroupLimits.MaxNameSize) is { Length: > 0 } name && GroupHash.TryRead(wire.Create.KeyId.Span, out GroupHash key)
            ? new GroupChange.Create(name, key)
            : null,
        Wire.Change.KindOneofCase.Add => ReadAll(wire.Add.Accounts, ReadMember) is { Count: > 0 } members ? new GroupChange.Add([.. members.Select(x => x!.Value)]) : null,
        Wire.Change.KindOneofCase.Answer => wire.Answer is >= (uint)GroupAnswer.Accept and <= (uint)GroupAnswer.Leave ? new GroupChange.Answer((GroupAnswer)wire.Answer) : null,
        Wire.Change.KindOneofCase.Remove => ReadAll(wire.Remove.Removals, Read) is { Count: > 0 } removals && Read(wire.Remove.Key) is { } mark
            ? new GroupChange.Remove([.. removals.Select(x => x!)], mark)
            : null,
        Wire.Change.KindOneofCase.Promote => ReadMember(wire.Promote) is { } member ? new GroupChange.Promote(member) : null,
        Wire.Change.KindOneofCase.Name => ReadText(wire.Name, GroupLimits.MaxNameSize) is { Length: > 0 } renamed ? new GroupChange.Rename(renamed) : null,
        Wire.Change.KindOneofCase.Description => ReadText(wire.Description, GroupLimits.MaxDescriptionSize) is { } description ? new GroupChange.Describe(description) : null,
        Wire.Change.KindOneofCase.Picture => Read(wire.Picture),
        Wire.Change.KindOneofCase.Timer => new GroupChange.SetTimer(wire.Timer),
        Wire.Change.KindOneofCase.Rekey => Read(wire.Rekey) is { } mark ? new GroupChange.Rekey(mark) : null,
        _ => null,
    };

    private static GroupChange.SetPicture? Read(Wire.Picture wire) => ReadText(wire.Url, GroupLimits.MaxUrlSize) switch
    {
        null => null,
        { Length: 0 } when wire.Key.IsEmpty => new GroupChange.SetPicture("", default),
        { Length: > 0 } url when wire.Key.Length == UserProfile.PictureKeySize => new GroupChange.SetPicture(url, wire.Key.Memory),
        _ => null,
    };

    private static GroupRemoval? Read(Wire.Removal wire)
    {
        if (wire.Known.Count > GroupLimits.MaxKnownHeads || ReadMember(wire.Account) is not { } account)
        {
            return null;
        }

        var known = new List<GroupHash>(wire.Known.Count);
        foreach (ByteString bytes in wire.Known)
        {
            if (!GroupHash.TryRead(bytes.Span, out GroupHash hash))
            {
                return null;
            }

            known.Add(hash);
        }

        return new GroupRemoval(account, known);
    }

    private static GroupKeyMark? Read(Wire.Key? wire) =>
        wire is not null && GroupHash.TryRead(wire.Id.Span, out GroupHash id) ? new GroupKeyMark(id, wire.Epoch) : null;

    private static AccountId? ReadMember(ByteString bytes) =>
        AccountId.TryCreate(bytes.Span, out AccountId account) && account.Prefix == AccountIdPrefix.Standard ? account : null;

    /// <summary>All items, or null when one of them is bad or there are more than a group has members.</summary>
    private static List<TItem>? ReadAll<TWire, TItem>(IReadOnlyCollection<TWire> wire, Func<TWire, TItem> read)
    {
        if (wire.Count > GroupLimits.MaxMembers)
        {
            return null;
        }

        List<TItem> items = [.. wire.Select(read)];
        return items.TrueForAll(x => x is not null) ? items : null;
    }

    private static string? ReadText(ByteString bytes, int maxSize)
    {
        try
        {
            return bytes.Length <= maxSize ? Utf8.GetString(bytes.Span) : null;
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private static Wire.Removal Write(GroupRemoval removal) => new() { Account = Wrap(removal.Account), Known = { removal.Known.Select(Wrap) } };

    private static Wire.Key Write(GroupKeyMark mark) => new() { Id = Wrap(mark.Id), Epoch = mark.Epoch };

    private static ByteString Text(string text) => ByteString.CopyFromUtf8(text);

    private static ByteString Wrap(GroupHash hash) => UnsafeByteOperations.UnsafeWrap(hash.ToArray());

    private static ByteString Wrap(AccountId account) => ByteString.CopyFrom(account.AsSpan());
}
