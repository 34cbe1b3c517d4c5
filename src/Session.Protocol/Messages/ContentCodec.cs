using System.Buffers;
using Google.Protobuf;
using Session.Protocol.Messages.Mapping;

namespace Session.Protocol.Messages;

/// <summary>
/// Turns content into the bytes that are padded and encrypted, and back (protocol/11 §4). Stateless and safe for concurrent use.
/// </summary>
public static class ContentCodec
{
    /// <summary>Most bytes of one content: what a service node stores at most, so nothing longer can be delivered.</summary>
    public const int MaxSize = 76_800;

    /// <summary>Writes a message.</summary>
    /// <param name="content">Any kind. Lone surrogates in its texts become U+FFFD.</param>
    /// <param name="sentTimestampMs">The time of sending in Unix milliseconds, the same as in the envelope. Never use one twice.</param>
    /// <returns>The bytes, without padding.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The time is not positive or beyond the year 9999.</exception>
    /// <exception cref="ArgumentException">More than <see cref="MaxSize"/> bytes.</exception>
    public static byte[] Encode(MessageContent content, long sentTimestampMs) => Build(content, sentTimestampMs, out _).ToByteArray();

    /// <summary>Writes a message.</summary>
    /// <param name="content">Any kind. Lone surrogates in its texts become U+FFFD.</param>
    /// <param name="sentTimestampMs">The time of sending in Unix milliseconds, the same as in the envelope. Never use one twice.</param>
    /// <param name="destination">Receives the bytes, without padding.</param>
    /// <exception cref="ArgumentOutOfRangeException">The time is not positive or beyond the year 9999.</exception>
    /// <exception cref="ArgumentException">More than <see cref="MaxSize"/> bytes; nothing was written.</exception>
    public static void Encode(MessageContent content, long sentTimestampMs, IBufferWriter<byte> destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        Wire.Content wire = Build(content, sentTimestampMs, out int size);
        wire.WriteTo(destination.GetSpan(size)[..size]);
        destination.Advance(size);
    }

    /// <summary>Reads a message that anyone may have written. Never throws.</summary>
    /// <param name="bytes">The content, its padding removed.</param>
    /// <param name="content">The message, or null unless the result is <see cref="ContentDecodeResult.Ok"/>.</param>
    /// <returns>Whether it is one, and if not, why.</returns>
    public static ContentDecodeResult TryDecode(ReadOnlySpan<byte> bytes, out MessageContent? content)
    {
        content = null;
        if (bytes.Length > MaxSize)
        {
            return ContentDecodeResult.TooLarge;
        }

        try
        {
            content = ContentReader.Read(Wire.Content.Parser.ParseFrom(bytes));
            return content is null ? ContentDecodeResult.Empty : ContentDecodeResult.Ok;
        }
        catch (InvalidProtocolBufferException)
        {
            return ContentDecodeResult.Malformed;
        }
        catch (InvalidContentException trouble)
        {
            return trouble.Reason;
        }
    }

    private static Wire.Content Build(MessageContent content, long sentTimestampMs, out int size)
    {
        ArgumentNullException.ThrowIfNull(content);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(sentTimestampMs);
        Limits.RequireTime(sentTimestampMs, nameof(sentTimestampMs));
        Wire.Content wire = ContentWriter.Write(content, (ulong)sentTimestampMs);
        size = wire.CalculateSize();
        return size <= MaxSize ? wire : throw new ArgumentException($"Expected at most {MaxSize} bytes, got {size}.", nameof(content));
    }
}
