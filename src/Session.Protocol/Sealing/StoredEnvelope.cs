using Session.Protocol.Accounts;
using Session.Protocol.Cryptography;
using Session.Protocol.Encodings;

namespace Session.Protocol.Sealing;

/// <summary>
/// The two protobuf wrappers around a sealed box as a swarm stores them: WebSocketMessage → request → body = Envelope
/// (protocol/12 §2 steps 6 and 7, protocol/11 §2 and §3). Readers look at what they need and ignore the rest.
/// </summary>
internal readonly ref struct StoredEnvelope
{
    /// <summary>Length of the Pro signature, or of the decoy that stands in its place.</summary>
    public const int ProSignatureSize = Ed25519.SignatureSize;

    /// <summary>23:59:59.999 on the last day of the year 9999: later times do not fit into a DateTimeOffset.</summary>
    public const long MaxTimestampMs = 253_402_300_799_999;

    private const int RequestType = 1;
    private const int SessionMessageType = 6;
    private const int PrimaryDevice = 1;

    private StoredEnvelope(long timestampMs, ReadOnlySpan<byte> content)
    {
        TimestampMs = timestampMs;
        Content = content;
    }

    public long TimestampMs { get; }

    /// <summary>The sealed box.</summary>
    public ReadOnlySpan<byte> Content { get; }

    /// <summary>Size of both wrappers with a content of this size, in the form that current clients write.</summary>
    public static int Size(long timestampMs, int contentSize)
    {
        int request = RequestSize(EnvelopeSize(timestampMs, contentSize));
        return ProtoWriter.VarintFieldSize(RequestType) + ProtoWriter.BytesFieldSize(request);
    }

    /// <summary>Writes both wrappers over the whole destination and hands out the places of what they hold.</summary>
    public static void Write(Span<byte> destination, long timestampMs, int contentSize, out Span<byte> content, out Span<byte> proSignature)
    {
        int envelope = EnvelopeSize(timestampMs, contentSize);
        var writer = new ProtoWriter(destination);
        writer.WriteVarint(WrapperFields.Type, RequestType);
        writer.StartBytes(WrapperFields.Request, RequestSize(envelope));
        writer.StartBytes(RequestFields.Verb, 0);
        writer.StartBytes(RequestFields.Path, 0);
        writer.StartBytes(RequestFields.Body, envelope);
        writer.WriteVarint(EnvelopeFields.Type, SessionMessageType);
        writer.WriteVarint(EnvelopeFields.Timestamp, (ulong)timestampMs);
        writer.WriteVarint(EnvelopeFields.SourceDevice, PrimaryDevice);
        content = writer.ReserveBytes(EnvelopeFields.Content, contentSize);
        proSignature = writer.ReserveBytes(EnvelopeFields.ProSignature, ProSignatureSize);
        writer.WriteVarint(RequestFields.Id, 0);
    }

    /// <summary>Finds the sealed box.</summary>
    /// <returns>Opened when it was found, else the reason.</returns>
    public static OpenStatus Read(ReadOnlySpan<byte> stored, out StoredEnvelope envelope)
    {
        envelope = default;
        if (stored.Length > SealedMessage.MaxStoredSize)
        {
            return OpenStatus.TooLarge;
        }

        return TryFindBody(stored, out ReadOnlySpan<byte> body) ? ReadEnvelope(body, out envelope) : OpenStatus.NotAWrapper;
    }

    private static bool TryFindBody(ReadOnlySpan<byte> stored, out ReadOnlySpan<byte> body)
    {
        body = default;
        bool found = false;
        var message = new ProtoReader(stored);
        while (message.TryRead(out ProtoField field))
        {
            if (!field.IsBytes(WrapperFields.Request))
            {
                continue;
            }

            var request = new ProtoReader(field.Bytes);
            while (request.TryRead(out ProtoField inner))
            {
                if (inner.IsBytes(RequestFields.Body))
                {
                    body = inner.Bytes;
                    found = true;
                }
            }

            if (request.IsMalformed)
            {
                return false;
            }
        }

        return found && !message.IsMalformed;
    }

    private static OpenStatus ReadEnvelope(ReadOnlySpan<byte> body, out StoredEnvelope envelope)
    {
        envelope = default;
        bool hasType = false, hasTimestamp = false, hasContent = false, sourceIsGood = true, proSignatureIsGood = true;
        ulong timestamp = 0;
        ReadOnlySpan<byte> content = default;
        var reader = new ProtoReader(body);
        while (reader.TryRead(out ProtoField field))
        {
            if (field.IsVarint(EnvelopeFields.Type))
            {
                hasType = true;
            }
            else if (field.IsBytes(EnvelopeFields.Source))
            {
                sourceIsGood = field.Bytes.IsEmpty || IsAccountText(field.Bytes);
            }
            else if (field.IsVarint(EnvelopeFields.Timestamp))
            {
                timestamp = field.Value;
                hasTimestamp = true;
            }
            else if (field.IsBytes(EnvelopeFields.Content))
            {
                content = field.Bytes;
                hasContent = true;
            }
            else if (field.IsBytes(EnvelopeFields.ProSignature))
            {
                proSignatureIsGood = field.Bytes.Length == ProSignatureSize;
            }
        }

        OpenStatus status = (reader.IsMalformed || !hasType || !hasTimestamp) ? OpenStatus.NotAnEnvelope
            : !sourceIsGood ? OpenStatus.BadSource
            : timestamp is 0 or > MaxTimestampMs ? OpenStatus.BadTimestamp
            : !proSignatureIsGood ? OpenStatus.BadProSignatureLength
            : !hasContent ? OpenStatus.NoContent
            : OpenStatus.Opened;
        envelope = status == OpenStatus.Opened ? new StoredEnvelope((long)timestamp, content) : default;
        return status;
    }

    private static bool IsAccountText(ReadOnlySpan<byte> source)
    {
        if (source.Length != AccountId.TextLength)
        {
            return false;
        }

        foreach (byte c in source)
        {
            if (!char.IsAsciiHexDigit((char)c))
            {
                return false;
            }
        }

        return true;
    }

    private static int EnvelopeSize(long timestampMs, int contentSize) =>
        ProtoWriter.VarintFieldSize(SessionMessageType)
        + ProtoWriter.VarintFieldSize((ulong)timestampMs)
        + ProtoWriter.VarintFieldSize(PrimaryDevice)
        + ProtoWriter.BytesFieldSize(contentSize)
        + ProtoWriter.BytesFieldSize(ProSignatureSize);

    // Verb and path are empty but written, and the id is 0: readers of iOS want them there.
    private static int RequestSize(int envelopeSize) =>
        ProtoWriter.BytesFieldSize(0) + ProtoWriter.BytesFieldSize(0) + ProtoWriter.BytesFieldSize(envelopeSize) + ProtoWriter.VarintFieldSize(0);

    private static class WrapperFields
    {
        public const int Type = 1;
        public const int Request = 2;
    }

    private static class RequestFields
    {
        public const int Verb = 1;
        public const int Path = 2;
        public const int Body = 3;
        public const int Id = 4;
    }

    private static class EnvelopeFields
    {
        public const int Type = 1;
        public const int Source = 2;
        public const int Timestamp = 5;
        public const int SourceDevice = 7;
        public const int Content = 8;
        public const int ProSignature = 11;
    }
}
