using Google.Protobuf;
using Session.Protocol.Accounts;
using Session.Protocol.Messages.Groups;

namespace Session.Protocol.Messages.Mapping;

/// <summary>The kinds that share DataMessage (protocol/11 §5): group updates, timer changes, reactions and text.</summary>
internal static class DataMessageMapping
{
    private const uint TimerUpdateFlag = 2;

    public static DataContent? Read(Wire.DataMessage wire)
    {
        if (ReadKind(wire) is not { } content)
        {
            return null;
        }

        content = content with
        {
            Profile = ProfileMapping.Read(wire.Profile, wire.ProfileKey),
            SyncTarget = wire.HasSyncTarget ? FieldReader.Id(wire.SyncTarget) : null,
            BlocksCommunityMessageRequests = wire.HasBlocksCommunityMessageRequests ? wire.BlocksCommunityMessageRequests : null,
        };
        wire.Profile = UnreadParts.Of(wire.Profile);
        if (content.Profile is { PictureKey.IsEmpty: false })
        {
            wire.ClearProfileKey();
        }

        wire.ClearSyncTarget();
        wire.ClearBlocksCommunityMessageRequests();
        return content;
    }

    public static void Write(DataContent content, Wire.DataMessage wire)
    {
        switch (content)
        {
            case GroupUpdate update:
                GroupUpdateMapping.Write(update, wire.GroupUpdate ??= new());
                break;
            case ExpirationTimerUpdate:
                wire.Flags = TimerUpdateFlag;
                break;
            case Reaction reaction:
                WriteReaction(reaction, wire.Reaction ??= new());
                break;
            case TextMessage text:
                WriteText(text, wire);
                break;
            default:
                throw new ArgumentException($"No wire form for {content}.", nameof(content));
        }

        WriteShared(content, wire);
    }

    // Group control is handled alone and first; flags decide before anything that a person would see.
    private static DataContent? ReadKind(Wire.DataMessage wire)
    {
        if (wire.GroupUpdate is { } update)
        {
            GroupUpdate? content = GroupUpdateMapping.Read(update);
            wire.GroupUpdate = UnreadParts.Of(update);
            return content;
        }

        switch (wire.Flags)
        {
            case 0:
                wire.ClearFlags();
                return wire.Reaction is null ? ReadText(wire) : ReadReaction(wire);
            case TimerUpdateFlag:
                wire.ClearFlags();
                return new ExpirationTimerUpdate();
            default:
                throw new InvalidContentException(ContentDecodeResult.UnknownFlags);
        }
    }

    private static Reaction? ReadReaction(Wire.DataMessage wire)
    {
        Wire.Reaction part = wire.Reaction;
        if (part.Emoji.IsEmpty)
        {
            return null;
        }

        if (part.Emoji.Length > Reaction.MaxEmojiSize)
        {
            throw new InvalidContentException(ContentDecodeResult.InvalidField);
        }

        var reaction = new Reaction
        {
            Target = FieldReader.Reference(part.Timestamp, part.Author),
            Emoji = FieldReader.Text(part.Emoji),
            IsRemoval = FieldReader.Known(part.Action) == Wire.Reaction.Types.Action.Remove,
        };
        part.ClearTimestamp();
        part.ClearAuthor();
        part.ClearEmoji();
        part.ClearAction();
        wire.Reaction = UnreadParts.Of(part);
        return reaction;
    }

    private static TextMessage? ReadText(Wire.DataMessage wire)
    {
        string text = TextCut.ToCodePoints(FieldReader.Text(wire.Body), TextMessage.MaxProCodePoints);
        var message = new TextMessage
        {
            Text = text,
            Attachments = [.. wire.Attachments.Select(AttachmentMapping.Read)],
            Quote = TakeQuote(wire),
            Preview = TakePreview(wire, text),
            Invitation = TakeInvitation(wire),
        };
        wire.ClearBody();
        wire.Attachments.Clear();
        bool isVisible = text.Length > 0 || message.Attachments.Count > 0 || message is not { Quote: null, Preview: null, Invitation: null };
        return isVisible ? message : null;
    }

    // Official clients show a text whose quote leads nowhere, so a quote of nobody costs the quote and not the text.
    private static MessageReference? TakeQuote(Wire.DataMessage wire)
    {
        if (wire.Quote is not { } quote || !Limits.IsTime(quote.Timestamp) || !FieldReader.TryId(quote.Author, out AccountId author))
        {
            return null;
        }

        var reference = new MessageReference(author, (long)quote.Timestamp);
        quote.ClearTimestamp();
        quote.ClearAuthor();
        wire.Quote = UnreadParts.Of(quote);
        return reference;
    }

    // One preview counts, and only of a link that the reader can see.
    private static LinkPreview? TakePreview(Wire.DataMessage wire, string text)
    {
        if (wire.Preview.Count == 0)
        {
            return null;
        }

        Wire.Preview first = wire.Preview[0];
        string url = FieldReader.Text(first.Url);
        string title = FieldReader.Text(first.Title);
        if (url.Length == 0 || !text.Contains(url, StringComparison.Ordinal) || (title.Length == 0 && first.Image is null))
        {
            return null;
        }

        var preview = new LinkPreview
        {
            Url = url,
            Title = first.HasTitle ? title : null,
            Image = first.Image is null ? null : AttachmentMapping.Read(first.Image),
        };
        first.ClearUrl();
        first.ClearTitle();
        first.Image = null;
        wire.Preview.RemoveAt(0);
        return first.CalculateSize() == 0 ? preview : preview with { UnknownFields = first.ToByteString().Memory };
    }

    private static CommunityInvitation? TakeInvitation(Wire.DataMessage wire)
    {
        if (wire.Invitation is not { Url.IsEmpty: false, Name.IsEmpty: false } part)
        {
            return null;
        }

        var invitation = new CommunityInvitation { Url = FieldReader.Text(part.Url), Name = FieldReader.Text(part.Name) };
        part.ClearUrl();
        part.ClearName();
        wire.Invitation = UnreadParts.Of(part);
        return invitation;
    }

    private static void WriteReaction(Reaction reaction, Wire.Reaction wire)
    {
        wire.Timestamp = (ulong)reaction.Target.SentTimestampMs;
        wire.Author = ByteString.CopyFromUtf8(reaction.Target.Author.ToString());
        wire.Emoji = ByteString.CopyFromUtf8(reaction.Emoji);
        wire.Action = reaction.IsRemoval ? Wire.Reaction.Types.Action.Remove : Wire.Reaction.Types.Action.React;
    }

    private static void WriteText(TextMessage message, Wire.DataMessage wire)
    {
        if (message.Text.Length > 0)
        {
            wire.Body = ByteString.CopyFromUtf8(message.Text);
        }

        wire.Attachments.AddRange(message.Attachments.Select(AttachmentMapping.Write));
        if (message.Quote is { } quote)
        {
            wire.Quote ??= new();
            wire.Quote.Timestamp = (ulong)quote.SentTimestampMs;
            wire.Quote.Author = ByteString.CopyFromUtf8(quote.Author.ToString());
        }

        if (message.Preview is { } preview)
        {
            wire.Preview.Insert(0, Write(preview));
        }

        if (message.Invitation is { } invitation)
        {
            wire.Invitation ??= new();
            wire.Invitation.Url = ByteString.CopyFromUtf8(invitation.Url);
            wire.Invitation.Name = ByteString.CopyFromUtf8(invitation.Name);
        }
    }

    private static Wire.Preview Write(LinkPreview preview)
    {
        Wire.Preview wire = UnreadParts.Restore(Wire.Preview.Parser, preview.UnknownFields);
        wire.Url = ByteString.CopyFromUtf8(preview.Url);
        if (preview.Title is { } title)
        {
            wire.Title = ByteString.CopyFromUtf8(title);
        }

        if (preview.Image is { } image)
        {
            wire.Image = AttachmentMapping.Write(image);
        }

        return wire;
    }

    private static void WriteShared(DataContent content, Wire.DataMessage wire)
    {
        if (content.Profile is { } profile)
        {
            ProfileMapping.Write(profile, wire.Profile ??= new());
            if (!profile.PictureKey.IsEmpty)
            {
                wire.ProfileKey = UnsafeByteOperations.UnsafeWrap(profile.PictureKey);
            }
        }

        if (content.SyncTarget is { } target)
        {
            wire.SyncTarget = ByteString.CopyFromUtf8(target.ToString());
        }

        if (content.BlocksCommunityMessageRequests is { } blocks)
        {
            wire.BlocksCommunityMessageRequests = blocks;
        }
    }
}
