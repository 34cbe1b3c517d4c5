using Google.Protobuf;
using Session.Protocol.Accounts;
using Session.Protocol.Messages;
using Session.Protocol.Ratchet;

namespace Session.Protocol.Devices;

/// <summary>
/// The Content of a sealed message in the device namespace: an envelope or a notice. Written as a protobuf whose field 15 is the
/// time, as in every Content, so that <see cref="Sealing.SealedMessage"/> seals it like any other.
/// </summary>
internal sealed record DeviceMessage
{
    public RatchetEnvelope? Envelope { get; init; }

    public RecoveryNotice? Notice { get; init; }

    /// <summary>The sender's signed capability record, or empty. Not looked into.</summary>
    public ReadOnlyMemory<byte> Record { get; init; }

    /// <summary>Reads what a stranger may have written; null when it is of no use. Never throws.</summary>
    public static DeviceMessage? TryRead(ReadOnlySpan<byte> content)
    {
        if (content.Length > ContentCodec.MaxSize)
        {
            return null;
        }

        try
        {
            Wire.DeviceContent wire = Wire.DeviceContent.Parser.ParseFrom(content);
            var message = new DeviceMessage
            {
                Envelope = wire.Envelope is { } envelope ? Read(envelope) : null,
                Notice = wire.Notice is { } notice ? Read(notice) : null,
                Record = wire.CapabilityRecord.Memory,
            };
            return message.Envelope is null && message.Notice is null ? null : message;
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }

    public byte[] Write(long timestampMs)
    {
        var wire = new Wire.DeviceContent { SigTimestamp = (ulong)timestampMs };
        if (!Record.IsEmpty)
        {
            wire.CapabilityRecord = UnsafeByteOperations.UnsafeWrap(Record);
        }

        if (Envelope is { } envelope)
        {
            wire.Envelope = new Wire.Envelope
            {
                SenderTag = Wrap(envelope.Sender),
                RecipientTags = { envelope.Recipients.Select(Wrap) },
                AlsoSealed = envelope.AlsoSealed,
                Bodies = { envelope.Bodies.Select(Write) },
            };
        }

        if (Notice is { } notice)
        {
            wire.Notice = new Wire.Notice { SenderTag = Wrap(notice.Sender), FailedTag = Wrap(notice.Failed), FailedTimestamp = (ulong)notice.TimestampMs };
            if (notice.RatchetKey is { } key)
            {
                wire.Notice.FailedRatchetKey = ByteString.CopyFrom(key.AsSpan());
            }
        }

        return wire.ToByteArray();
    }

    private static Wire.Body Write(RatchetBody body) => new()
    {
        RecipientTag = Wrap(body.Recipient),
        Type = (uint)body.Message.Type,
        Message = UnsafeByteOperations.UnsafeWrap(body.Message.Bytes),
    };

    private static ByteString Wrap(DeviceTag tag) => UnsafeByteOperations.UnsafeWrap(tag.ToArray());

    private static RatchetEnvelope? Read(Wire.Envelope wire)
    {
        if (wire.RecipientTags.Count > DeviceLimits.MaxDevices || wire.Bodies.Count > DeviceLimits.MaxDevices || !DeviceTag.TryRead(wire.SenderTag.Span, out DeviceTag sender))
        {
            return null;
        }

        var recipients = new List<DeviceTag>(wire.RecipientTags.Count);
        foreach (ByteString bytes in wire.RecipientTags)
        {
            if (!DeviceTag.TryRead(bytes.Span, out DeviceTag tag))
            {
                return null;
            }

            recipients.Add(tag);
        }

        var bodies = new List<RatchetBody>(wire.Bodies.Count);
        foreach (Wire.Body body in wire.Bodies)
        {
            if (!DeviceTag.TryRead(body.RecipientTag.Span, out DeviceTag tag) || body.Type is not ((uint)RatchetMessageType.Message or (uint)RatchetMessageType.PreKey))
            {
                return null;
            }

            bodies.Add(new RatchetBody(tag, new RatchetMessage((RatchetMessageType)body.Type, body.Message.Memory)));
        }

        return new RatchetEnvelope(sender, recipients, wire.AlsoSealed, bodies);
    }

    private static RecoveryNotice? Read(Wire.Notice wire)
    {
        bool hasKey = wire.HasFailedRatchetKey;
        bool ok = DeviceTag.TryRead(wire.SenderTag.Span, out DeviceTag sender)
            & DeviceTag.TryRead(wire.FailedTag.Span, out DeviceTag failed)
            & wire.FailedTimestamp <= Limits.MaxTimeMs
            & (!hasKey || wire.FailedRatchetKey.Length == X25519PublicKey.Size);
        return ok ? new RecoveryNotice(sender, failed, (long)wire.FailedTimestamp, hasKey ? new X25519PublicKey(wire.FailedRatchetKey.Span) : null) : null;
    }
}
