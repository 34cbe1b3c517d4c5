using Google.Protobuf;

namespace Session.Protocol.Messages.Mapping;

/// <summary>From a record to the protobuf to send. The records' initializers have checked sizes and ranges.</summary>
internal static class ContentWriter
{
    public static Wire.Content Write(MessageContent content, ulong sentTimestampMs)
    {
        Wire.Content wire = UnreadParts.Restore(Wire.Content.Parser, content.UnknownFields);
        wire.SigTimestamp = sentTimestampMs;
        WriteKind(content, wire);
        if (content.StatesExpiration)
        {
            wire.ExpirationType = (Wire.ExpirationType)content.Expiration.Mode;
            wire.ExpirationTimer = (uint)content.Expiration.Timer.TotalSeconds;
        }

        if (!content.ProMessage.IsEmpty)
        {
            wire.ProMessage = UnsafeByteOperations.UnsafeWrap(content.ProMessage);
        }

        if (!content.ProSignature.IsEmpty)
        {
            wire.ProSignature = UnsafeByteOperations.UnsafeWrap(content.ProSignature);
        }

        if (!content.CapabilityRecord.IsEmpty)
        {
            wire.CapabilityRecord = UnsafeByteOperations.UnsafeWrap(content.CapabilityRecord);
        }

        return wire;
    }

    private static void WriteKind(MessageContent content, Wire.Content wire)
    {
        switch (content)
        {
            case DataContent data:
                DataMessageMapping.Write(data, wire.DataMessage ??= new());
                break;
            case ReadReceipt receipt:
                Write(receipt, wire.ReceiptMessage ??= new());
                break;
            case TypingIndicator typing:
                Write(typing, wire.SigTimestamp, wire.TypingMessage ??= new());
                break;
            case DataExtractionNotice notice:
                Write(notice, wire.DataExtractionNotification ??= new());
                break;
            case Unsend unsend:
                Write(unsend, wire.UnsendRequest ??= new());
                break;
            case CallSignal signal:
                Write(signal, wire.CallMessage ??= new());
                break;
            case MessageRequestResponse response:
                Write(response, wire.MessageRequestResponse ??= new());
                break;
            case SharedConfig config:
                Write(config, wire.SharedConfigMessage ??= new());
                break;
            default:
                throw new ArgumentException($"No wire form for {content}.", nameof(content));
        }
    }

    private static void Write(ReadReceipt receipt, Wire.ReceiptMessage wire)
    {
        wire.Type = Wire.ReceiptMessage.Types.Type.Read;
        wire.Timestamps.AddRange(receipt.Timestamps.Select(x => (ulong)x));
    }

    private static void Write(TypingIndicator typing, ulong sentTimestampMs, Wire.TypingMessage wire)
    {
        wire.Timestamp = sentTimestampMs;
        wire.Action = typing.IsTyping ? Wire.TypingMessage.Types.Action.Started : Wire.TypingMessage.Types.Action.Stopped;
    }

    private static void Write(DataExtractionNotice notice, Wire.DataExtractionNotification wire)
    {
        wire.Type = (Wire.DataExtractionNotification.Types.Type)notice.Kind;
        if (notice.MessageTimestampMs is { } time)
        {
            wire.Timestamp = (ulong)time;
        }
    }

    private static void Write(Unsend unsend, Wire.UnsendRequest wire)
    {
        wire.Timestamp = (ulong)unsend.Target.SentTimestampMs;
        wire.Author = ByteString.CopyFromUtf8(unsend.Target.Author.ToString());
    }

    private static void Write(CallSignal signal, Wire.CallMessage wire)
    {
        wire.Type = (Wire.CallMessage.Types.Type)signal.Type;
        wire.Uuid = ByteString.CopyFromUtf8(signal.CallId);
        wire.Sdps.AddRange(signal.Sdps.Select(ByteString.CopyFromUtf8));
        wire.SdpMLineIndexes.AddRange(signal.SdpMLineIndexes.Select(x => (uint)x));
        wire.SdpMids.AddRange(signal.SdpMids.Select(ByteString.CopyFromUtf8));
    }

    private static void Write(MessageRequestResponse response, Wire.MessageRequestResponse wire)
    {
        wire.IsApproved = response.IsApproved;
        if (response.Profile is { } profile)
        {
            ProfileMapping.Write(profile, wire.Profile ??= new());
            if (!profile.PictureKey.IsEmpty)
            {
                wire.ProfileKey = UnsafeByteOperations.UnsafeWrap(profile.PictureKey);
            }
        }
    }

    private static void Write(SharedConfig config, Wire.SharedConfigMessage wire)
    {
        wire.Kind = (Wire.SharedConfigMessage.Types.Kind)config.Kind;
        wire.Seqno = config.SequenceNumber;
        wire.Data = UnsafeByteOperations.UnsafeWrap(config.Data);
    }
}
