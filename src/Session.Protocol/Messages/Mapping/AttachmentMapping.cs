using System.Globalization;
using Google.Protobuf;

namespace Session.Protocol.Messages.Mapping;

/// <summary>One attachment (protocol/11 §6).</summary>
internal static class AttachmentMapping
{
    private const uint VoiceMessageFlag = 1;

    public static AttachmentPointer Read(Wire.AttachmentPointer wire)
    {
        var pointer = new AttachmentPointer
        {
            Url = FieldReader.Text(wire.Url),
            ContentType = FieldReader.OptionalText(wire.HasContentType, wire.ContentType),
            FileName = FieldReader.OptionalText(wire.HasFileName, wire.FileName),
            Caption = FieldReader.OptionalText(wire.HasCaption, wire.Caption),
            Key = wire.Key.Memory,
            Digest = wire.Digest.Memory,
            Size = wire.Size,
            Width = FieldReader.Index(wire.Width),
            Height = FieldReader.Index(wire.Height),
            IsVoiceMessage = (wire.Flags & VoiceMessageFlag) != 0,
        };
        ClearRead(wire, pointer);
        return wire.CalculateSize() == 0 ? pointer : pointer with { UnknownFields = wire.ToByteString().Memory };
    }

    public static Wire.AttachmentPointer Write(AttachmentPointer pointer)
    {
        Wire.AttachmentPointer wire = UnreadParts.Restore(Wire.AttachmentPointer.Parser, pointer.UnknownFields);
        if (!wire.HasId)
        {
            wire.Id = IdOf(pointer.Url);
        }

        WriteTexts(pointer, wire);
        WriteNumbers(pointer, wire);
        if (!pointer.Key.IsEmpty)
        {
            wire.Key = UnsafeByteOperations.UnsafeWrap(pointer.Key);
        }

        if (!pointer.Digest.IsEmpty)
        {
            wire.Digest = UnsafeByteOperations.UnsafeWrap(pointer.Digest);
        }

        return wire;
    }

    /// <summary>The number at the end of the URL's path, or 0. Readers ignore it, but their parsers ask for it.</summary>
    public static ulong IdOf(string url)
    {
        ReadOnlySpan<char> path = url;
        int end = path.IndexOfAny('#', '?');
        path = end < 0 ? path : path[..end];
        ReadOnlySpan<char> segment = path[(path.LastIndexOf('/') + 1)..];
        return ulong.TryParse(segment, NumberStyles.None, CultureInfo.InvariantCulture, out ulong id) ? id : 0;
    }

    private static void ClearRead(Wire.AttachmentPointer wire, AttachmentPointer pointer)
    {
        if (wire.Id == IdOf(pointer.Url))
        {
            wire.ClearId();
        }

        if (wire.Flags <= VoiceMessageFlag)
        {
            wire.ClearFlags();
        }
        else
        {
            wire.Flags &= ~VoiceMessageFlag;
        }

        wire.ClearUrl();
        wire.ClearContentType();
        wire.ClearFileName();
        wire.ClearCaption();
        wire.ClearKey();
        wire.ClearDigest();
        wire.ClearSize();
        wire.ClearWidth();
        wire.ClearHeight();
    }

    private static void WriteTexts(AttachmentPointer pointer, Wire.AttachmentPointer wire)
    {
        if (pointer.Url.Length > 0)
        {
            wire.Url = ByteString.CopyFromUtf8(pointer.Url);
        }

        if (pointer.ContentType is { } contentType)
        {
            wire.ContentType = ByteString.CopyFromUtf8(contentType);
        }

        if (pointer.FileName is { } fileName)
        {
            wire.FileName = ByteString.CopyFromUtf8(fileName);
        }

        if (pointer.Caption is { } caption)
        {
            wire.Caption = ByteString.CopyFromUtf8(caption);
        }
    }

    private static void WriteNumbers(AttachmentPointer pointer, Wire.AttachmentPointer wire)
    {
        if (pointer.Size > 0)
        {
            wire.Size = (uint)pointer.Size;
        }

        if (pointer.Width > 0)
        {
            wire.Width = (uint)pointer.Width;
        }

        if (pointer.Height > 0)
        {
            wire.Height = (uint)pointer.Height;
        }

        if (pointer.IsVoiceMessage)
        {
            wire.Flags |= VoiceMessageFlag;
        }
    }
}
