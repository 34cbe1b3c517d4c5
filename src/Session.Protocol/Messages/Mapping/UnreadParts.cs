using Google.Protobuf;

namespace Session.Protocol.Messages.Mapping;

/// <summary>
/// How unknown fields survive. A reader clears every field that it puts into a record. What is then left of the parsed
/// message is what the record cannot express, at whatever depth; the writer starts from it and sets the known fields again.
/// </summary>
internal static class UnreadParts
{
    /// <summary>A part after reading: null when nothing of it is left, so that its empty shell goes too.</summary>
    public static T? Of<T>(T? part)
        where T : class, IMessage => part is null || part.CalculateSize() == 0 ? null : part;

    /// <summary>The parsed form of what was left; it was serialized here, so it parses.</summary>
    public static T Restore<T>(MessageParser<T> parser, ReadOnlyMemory<byte> unknownFields)
        where T : IMessage<T>, new() => unknownFields.IsEmpty ? new T() : parser.ParseFrom(unknownFields.Span);
}
