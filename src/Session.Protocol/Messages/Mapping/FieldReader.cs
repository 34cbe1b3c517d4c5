using System.Text;
using System.Text.Unicode;
using Google.Protobuf;
using Session.Protocol.Accounts;

namespace Session.Protocol.Messages.Mapping;

/// <summary>The checks on a stranger's fields. Each gives the value or leaves by <see cref="InvalidContentException"/>.</summary>
internal static class FieldReader
{
    public static string Text(ByteString utf8) => Encoding.UTF8.GetString(RequireUtf8(utf8));

    public static string? OptionalText(bool isPresent, ByteString utf8) => isPresent ? Text(utf8) : null;

    public static string NonEmptyText(ByteString utf8) =>
        utf8.IsEmpty ? throw new InvalidContentException(ContentDecodeResult.InvalidField) : Text(utf8);

    public static string TextCutToSize(ByteString utf8, int maxBytes) => Encoding.UTF8.GetString(TextCut.ToUtf8Size(RequireUtf8(utf8), maxBytes));

    public static IReadOnlyList<string> Texts(IReadOnlyList<ByteString> values) => [.. RequireCount(values).Select(Text)];

    /// <summary>An enumeration that must be there. The C# runtime hands on any number, but one that nobody knows counts as absent.</summary>
    public static T Known<T>(T value)
        where T : struct, Enum => Enum.IsDefined(value) ? value : throw new InvalidContentException(ContentDecodeResult.MissingField);

    public static AccountId Id(ByteString hex) => TryId(hex, out AccountId id) ? id : throw new InvalidContentException(ContentDecodeResult.InvalidField);

    public static AccountId Id(ByteString hex, AccountIdPrefix prefix)
    {
        AccountId id = Id(hex);
        return id.Prefix == prefix ? id : throw new InvalidContentException(ContentDecodeResult.InvalidField);
    }

    public static bool TryId(ByteString hex, out AccountId id)
    {
        // Hexadecimal digits are ASCII: widening is decoding, and anything else fails as a digit.
        Span<char> text = stackalloc char[AccountId.TextLength];
        id = default;
        return hex.Length == AccountId.TextLength
            && Encoding.Latin1.GetChars(hex.Span, text) == AccountId.TextLength
            && AccountId.TryParse(text, out id);
    }

    public static long Time(ulong milliseconds) =>
        Limits.IsTime(milliseconds) ? (long)milliseconds : throw new InvalidContentException(ContentDecodeResult.InvalidField);

    public static int Index(uint value) =>
        value <= int.MaxValue ? (int)value : throw new InvalidContentException(ContentDecodeResult.InvalidField);

    public static MessageReference Reference(ulong timestamp, ByteString author) => new(Id(author), Time(timestamp));

    public static ReadOnlyMemory<byte> Fixed(ByteString bytes, int size) =>
        bytes.Length == size ? bytes.Memory : throw new InvalidContentException(ContentDecodeResult.InvalidField);

    public static IReadOnlyList<T> RequireCount<T>(IReadOnlyList<T> items) =>
        items.Count <= Limits.MaxListItems ? items : throw new InvalidContentException(ContentDecodeResult.TooManyItems);

    private static ReadOnlySpan<byte> RequireUtf8(ByteString utf8) =>
        Utf8.IsValid(utf8.Span) ? utf8.Span : throw new InvalidContentException(ContentDecodeResult.InvalidText);
}
