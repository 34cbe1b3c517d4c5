using Google.Protobuf;
using Session.Protocol.Accounts;
using Session.Protocol.Messages.Groups;

namespace Session.Protocol.Messages.Mapping;

/// <summary>The eight kinds of group control (protocol/11 §8). Senders set one; of several the first counts.</summary>
internal static class GroupUpdateMapping
{
    public static GroupUpdate? Read(Wire.GroupUpdateMessage wire)
    {
        GroupUpdate? update = wire switch
        {
            { Invite: { } part } => Read(part),
            { InfoChange: { } part } => Read(part),
            { MemberChange: { } part } => Read(part),
            { Promote: { } part } => Read(part),
            { MemberLeft: not null } => new GroupMemberLeft(),
            { InviteResponse: { } part } => Read(part),
            { DeleteContent: { } part } => Read(part),
            { MemberLeftNotice: not null } => new GroupMemberLeftNotice(),
            _ => null,
        };
        wire.Invite = UnreadParts.Of(wire.Invite);
        wire.InfoChange = UnreadParts.Of(wire.InfoChange);
        wire.MemberChange = UnreadParts.Of(wire.MemberChange);
        wire.Promote = UnreadParts.Of(wire.Promote);
        wire.MemberLeft = UnreadParts.Of(wire.MemberLeft);
        wire.InviteResponse = UnreadParts.Of(wire.InviteResponse);
        wire.DeleteContent = UnreadParts.Of(wire.DeleteContent);
        wire.MemberLeftNotice = UnreadParts.Of(wire.MemberLeftNotice);
        return update;
    }

    public static void Write(GroupUpdate update, Wire.GroupUpdateMessage wire)
    {
        switch (update)
        {
            case GroupInvite invite:
                Write(invite, wire.Invite ??= new());
                break;
            case GroupInfoChange change:
                Write(change, wire.InfoChange ??= new());
                break;
            case GroupMemberChange change:
                Write(change, wire.MemberChange ??= new());
                break;
            case GroupPromotion promotion:
                Write(promotion, wire.Promote ??= new());
                break;
            case GroupMemberLeft:
                wire.MemberLeft ??= new();
                break;
            case GroupInviteResponse response:
                wire.InviteResponse ??= new();
                wire.InviteResponse.IsApproved = response.IsApproved;
                break;
            case GroupDeleteContent delete:
                Write(delete, wire.DeleteContent ??= new());
                break;
            case GroupMemberLeftNotice:
                wire.MemberLeftNotice ??= new();
                break;
            default:
                throw new ArgumentException($"No wire form for {update}.", nameof(update));
        }
    }

    private static GroupInvite Read(Wire.GroupUpdateInvite wire)
    {
        var invite = new GroupInvite
        {
            Group = FieldReader.Id(wire.GroupId, AccountIdPrefix.Group),
            Name = FieldReader.Text(wire.Name),
            AuthData = FieldReader.Fixed(wire.AuthData, GroupInvite.AuthDataSize),
            AdminSignature = FieldReader.Fixed(wire.AdminSignature, GroupUpdate.SignatureSize),
        };
        wire.ClearGroupId();
        wire.ClearName();
        wire.ClearAuthData();
        wire.ClearAdminSignature();
        return invite;
    }

    private static GroupInfoChange Read(Wire.GroupUpdateInfoChange wire)
    {
        var change = new GroupInfoChange
        {
            Field = (GroupInfoField)FieldReader.Known(wire.Type),
            UpdatedName = FieldReader.OptionalText(wire.HasUpdatedName, wire.UpdatedName),
            UpdatedExpirationSeconds = wire.HasUpdatedExpiration ? wire.UpdatedExpiration : null,
            AdminSignature = FieldReader.Fixed(wire.AdminSignature, GroupUpdate.SignatureSize),
        };
        wire.ClearType();
        wire.ClearUpdatedName();
        wire.ClearUpdatedExpiration();
        wire.ClearAdminSignature();
        return change;
    }

    private static GroupMemberChange Read(Wire.GroupUpdateMemberChange wire)
    {
        ByteString[] others = [.. FieldReader.RequireCount(wire.Members).Where(x => !IsMember(x))];
        var change = new GroupMemberChange
        {
            Action = (GroupMemberAction)FieldReader.Known(wire.Type),
            Members = [.. wire.Members.Where(IsMember).Select(FieldReader.Id)],
            HistoryShared = wire.HistoryShared,
            AdminSignature = FieldReader.Fixed(wire.AdminSignature, GroupUpdate.SignatureSize),
        };
        wire.ClearType();
        wire.Members.Clear();
        wire.Members.AddRange(others);
        wire.ClearHistoryShared();
        wire.ClearAdminSignature();
        return change;
    }

    private static GroupPromotion Read(Wire.GroupUpdatePromote wire)
    {
        var promotion = new GroupPromotion
        {
            Seed = FieldReader.Fixed(wire.Seed, GroupPromotion.SeedSize),
            Name = FieldReader.Text(wire.Name),
        };
        wire.ClearSeed();
        wire.ClearName();
        return promotion;
    }

    private static GroupInviteResponse Read(Wire.GroupUpdateInviteResponse wire)
    {
        var response = new GroupInviteResponse { IsApproved = wire.IsApproved };
        wire.ClearIsApproved();
        return response;
    }

    // The signature covers the ids and hashes in their order, so none may be left out here.
    private static GroupDeleteContent? Read(Wire.GroupUpdateDeleteContent wire)
    {
        if (wire.Members.Count == 0 && wire.MessageHashes.Count == 0)
        {
            return null;
        }

        var delete = new GroupDeleteContent
        {
            Members = [.. FieldReader.RequireCount(wire.Members).Select(x => FieldReader.Id(x, AccountIdPrefix.Standard))],
            MessageHashes = FieldReader.Texts(wire.MessageHashes),
            AdminSignature = wire.HasAdminSignature ? FieldReader.Fixed(wire.AdminSignature, GroupUpdate.SignatureSize) : default,
        };
        wire.Members.Clear();
        wire.MessageHashes.Clear();
        wire.ClearAdminSignature();
        return delete;
    }

    private static bool IsMember(ByteString hex) => FieldReader.TryId(hex, out AccountId id) && id.Prefix == AccountIdPrefix.Standard;

    private static void Write(GroupInvite invite, Wire.GroupUpdateInvite wire)
    {
        wire.GroupId = ByteString.CopyFromUtf8(invite.Group.ToString());
        wire.Name = ByteString.CopyFromUtf8(invite.Name);
        wire.AuthData = UnsafeByteOperations.UnsafeWrap(invite.AuthData);
        wire.AdminSignature = UnsafeByteOperations.UnsafeWrap(invite.AdminSignature);
    }

    private static void Write(GroupInfoChange change, Wire.GroupUpdateInfoChange wire)
    {
        wire.Type = (Wire.GroupUpdateInfoChange.Types.Type)change.Field;
        if (change.UpdatedName is { } name)
        {
            wire.UpdatedName = ByteString.CopyFromUtf8(name);
        }

        if (change.UpdatedExpirationSeconds is { } seconds)
        {
            wire.UpdatedExpiration = (uint)seconds;
        }

        wire.AdminSignature = UnsafeByteOperations.UnsafeWrap(change.AdminSignature);
    }

    private static void Write(GroupMemberChange change, Wire.GroupUpdateMemberChange wire)
    {
        wire.Type = (Wire.GroupUpdateMemberChange.Types.Type)change.Action;
        wire.Members.AddRange(change.Members.Select(x => ByteString.CopyFromUtf8(x.ToString())));
        if (change.HistoryShared)
        {
            wire.HistoryShared = true;
        }

        wire.AdminSignature = UnsafeByteOperations.UnsafeWrap(change.AdminSignature);
    }

    private static void Write(GroupPromotion promotion, Wire.GroupUpdatePromote wire)
    {
        wire.Seed = UnsafeByteOperations.UnsafeWrap(promotion.Seed);
        wire.Name = ByteString.CopyFromUtf8(promotion.Name);
    }

    private static void Write(GroupDeleteContent delete, Wire.GroupUpdateDeleteContent wire)
    {
        wire.Members.AddRange(delete.Members.Select(x => ByteString.CopyFromUtf8(x.ToString())));
        wire.MessageHashes.AddRange(delete.MessageHashes.Select(ByteString.CopyFromUtf8));
        if (!delete.AdminSignature.IsEmpty)
        {
            wire.AdminSignature = UnsafeByteOperations.UnsafeWrap(delete.AdminSignature);
        }
    }
}
