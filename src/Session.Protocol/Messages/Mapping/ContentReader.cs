using Google.Protobuf;

namespace Session.Protocol.Messages.Mapping;

/// <summary>From the parsed protobuf to a record. Takes the parsed message apart; see <see cref="UnreadParts"/>.</summary>
internal static class ContentReader
{
    /// <returns>Null when there is nothing in it that this library can read.</returns>
    /// <exception cref="InvalidContentException">A part of it is wrong.</exception>
    public static MessageContent? Read(Wire.Content wire)
    {
        // Counted first, so that nobody makes us look through thousands of them. Senders put one preview at most.
        if (wire.DataMessage is { } data && Math.Max(data.Attachments.Count, data.Preview.Count) > TextMessage.MaxAttachments)
        {
            throw new InvalidContentException(ContentDecodeResult.TooManyItems);
        }

        // The C# runtime does not ask for required fields by itself.
        if (!wire.IsInitialized())
        {
            throw new InvalidContentException(ContentDecodeResult.MissingField);
        }

        long sent = FieldReader.Time(wire.SigTimestamp);
        if (ReadKind(wire, ref sent) is not { } content)
        {
            return null;
        }

        wire.ClearSigTimestamp();
        content = content with
        {
            SentTimestampMs = sent,
            Expiration = TakeExpiration(wire),
            ProMessage = wire.ProMessage.Memory,
            ProSignature = wire.ProSignature.Memory,
            CapabilityRecord = wire.CapabilityRecord.Memory,
        };
        wire.ClearProMessage();
        wire.ClearProSignature();
        wire.ClearCapabilityRecord();
        return TakeUnread(wire) is { IsEmpty: false } unread ? content with { UnknownFields = unread } : content;
    }

    // The order in which desktop looks (protocol/11 §4): the first that is there counts, even if it turns out to be empty.
    private static MessageContent? ReadKind(Wire.Content wire, ref long sent) => wire switch
    {
        { DataMessage: { } part } => DataMessageMapping.Read(part),
        { ReceiptMessage: { } part } => Read(part),
        { TypingMessage: { } part } => Read(part, ref sent),
        { DataExtractionNotification: { } part } => Read(part),
        { UnsendRequest: { } part } => Read(part),
        { CallMessage: { } part } => Read(part),
        { MessageRequestResponse: { } part } => Read(part),
        { SharedConfigMessage: { } part } => Read(part),
        _ => null,
    };

    private static ReadReceipt? Read(Wire.ReceiptMessage wire)
    {
        // Delivery receipts are history, and a receipt for nothing says nothing.
        if (FieldReader.Known(wire.Type) != Wire.ReceiptMessage.Types.Type.Read || wire.Timestamps.Count == 0)
        {
            return null;
        }

        var receipt = new ReadReceipt { Timestamps = [.. FieldReader.RequireCount(wire.Timestamps).Select(FieldReader.Time)] };
        wire.ClearType();
        wire.Timestamps.Clear();
        return receipt;
    }

    private static TypingIndicator Read(Wire.TypingMessage wire, ref long sent)
    {
        // The time in here repeats the message's own, which very old senders leave out.
        long time = FieldReader.Time(wire.Timestamp);
        if (sent != 0 && sent != time)
        {
            throw new InvalidContentException(ContentDecodeResult.InvalidField);
        }

        sent = time;
        var typing = new TypingIndicator { IsTyping = FieldReader.Known(wire.Action) == Wire.TypingMessage.Types.Action.Started };
        wire.ClearTimestamp();
        wire.ClearAction();
        return typing;
    }

    private static DataExtractionNotice Read(Wire.DataExtractionNotification wire)
    {
        var notice = new DataExtractionNotice
        {
            Kind = (DataExtractionKind)FieldReader.Known(wire.Type),
            MessageTimestampMs = wire.HasTimestamp ? FieldReader.Time(wire.Timestamp) : null,
        };
        wire.ClearType();
        wire.ClearTimestamp();
        return notice;
    }

    private static Unsend Read(Wire.UnsendRequest wire)
    {
        var unsend = new Unsend { Target = FieldReader.Reference(wire.Timestamp, wire.Author) };
        wire.ClearTimestamp();
        wire.ClearAuthor();
        return unsend;
    }

    private static CallSignal Read(Wire.CallMessage wire)
    {
        var signal = new CallSignal
        {
            Type = (CallSignalType)FieldReader.Known(wire.Type),
            CallId = FieldReader.NonEmptyText(wire.Uuid),
            Sdps = FieldReader.Texts(wire.Sdps),
            SdpMLineIndexes = [.. FieldReader.RequireCount(wire.SdpMLineIndexes).Select(FieldReader.Index)],
            SdpMids = FieldReader.Texts(wire.SdpMids),
        };
        if (signal.Sdps.Count == 0 && signal.Type is not (CallSignalType.EndCall or CallSignalType.PreOffer))
        {
            throw new InvalidContentException(ContentDecodeResult.MissingField);
        }

        wire.ClearType();
        wire.ClearUuid();
        wire.Sdps.Clear();
        wire.SdpMLineIndexes.Clear();
        wire.SdpMids.Clear();
        return signal;
    }

    private static MessageRequestResponse Read(Wire.MessageRequestResponse wire)
    {
        var response = new MessageRequestResponse
        {
            IsApproved = wire.IsApproved,
            Profile = ProfileMapping.Read(wire.Profile, wire.ProfileKey),
        };
        wire.ClearIsApproved();
        wire.Profile = UnreadParts.Of(wire.Profile);
        if (response.Profile is { PictureKey.IsEmpty: false })
        {
            wire.ClearProfileKey();
        }

        return response;
    }

    private static SharedConfig Read(Wire.SharedConfigMessage wire)
    {
        var config = new SharedConfig { Kind = (SharedConfigKind)FieldReader.Known(wire.Kind), SequenceNumber = wire.Seqno, Data = wire.Data.Memory };
        wire.ClearKind();
        wire.ClearSeqno();
        wire.ClearData();
        return config;
    }

    // Off whenever one of the two says so (protocol/11 §9).
    private static Expiration TakeExpiration(Wire.Content wire)
    {
        (Wire.ExpirationType type, uint seconds) = (wire.ExpirationType, wire.ExpirationTimer);
        wire.ClearExpirationType();
        wire.ClearExpirationTimer();
        return (type, seconds) switch
        {
            (_, 0) => Expiration.Off,
            (Wire.ExpirationType.DeleteAfterRead, _) => Expiration.AfterRead(TimeSpan.FromSeconds(seconds)),
            (Wire.ExpirationType.DeleteAfterSend, _) => Expiration.AfterSend(TimeSpan.FromSeconds(seconds)),
            _ => Expiration.Off,
        };
    }

    private static ReadOnlyMemory<byte> TakeUnread(Wire.Content wire)
    {
        wire.DataMessage = UnreadParts.Of(wire.DataMessage);
        wire.ReceiptMessage = UnreadParts.Of(wire.ReceiptMessage);
        wire.TypingMessage = UnreadParts.Of(wire.TypingMessage);
        wire.DataExtractionNotification = UnreadParts.Of(wire.DataExtractionNotification);
        wire.UnsendRequest = UnreadParts.Of(wire.UnsendRequest);
        wire.CallMessage = UnreadParts.Of(wire.CallMessage);
        wire.MessageRequestResponse = UnreadParts.Of(wire.MessageRequestResponse);
        wire.SharedConfigMessage = UnreadParts.Of(wire.SharedConfigMessage);
        return wire.ToByteString().Memory;
    }
}
