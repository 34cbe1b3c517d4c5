using System.Text;
using Google.Protobuf;
using Session.Protocol.Accounts;
using Session.Protocol.Cryptography;

namespace Session.Protocol.Messages;

/// <summary>The bounds of content, and the checks that the records' initializers share. All of them throw for misuse.</summary>
internal static class Limits
{
    /// <summary>Last millisecond of the year 9999: beyond it a time fits no calendar, and arithmetic on it could overflow.</summary>
    public const long MaxTimeMs = 253_402_300_799_999;

    /// <summary>The same in seconds.</summary>
    public const long MaxTimeSeconds = MaxTimeMs / 1000;

    /// <summary>Entries of a list in one message. Clients send a few, a group has 100 members; beyond this somebody wants to keep us busy.</summary>
    public const int MaxListItems = 4_096;

    public static bool IsTime(ulong milliseconds) => milliseconds <= MaxTimeMs;

    public static long RequireTime(long milliseconds, string parameter) => RequireRange(milliseconds, MaxTimeMs, parameter);

    public static long? RequireTime(long? milliseconds, string parameter) => milliseconds is { } some ? RequireTime(some, parameter) : null;

    public static long RequireRange(long value, long max, string parameter)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value, parameter);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, max, parameter);
        return value;
    }

    public static T RequireDefined<T>(T value, string parameter)
        where T : struct, Enum => Enum.IsDefined(value)
        ? value
        : throw new ArgumentOutOfRangeException(parameter, value, "Not a value of the enumeration.");

    public static string RequireNotNull(string value, string parameter)
    {
        ArgumentNullException.ThrowIfNull(value, parameter);
        return value;
    }

    public static string RequireText(string value, string parameter)
    {
        ArgumentException.ThrowIfNullOrEmpty(value, parameter);
        return value;
    }

    public static string RequireUtf8Size(string value, int max, string parameter)
    {
        ArgumentNullException.ThrowIfNull(value, parameter);
        return Encoding.UTF8.GetByteCount(value) <= max ? value : throw new ArgumentException($"Expected at most {max} bytes of UTF-8.", parameter);
    }

    public static string RequireCodePoints(string value, int max, string parameter)
    {
        ArgumentNullException.ThrowIfNull(value, parameter);
        return TextCut.IndexOfCodePoint(value, max) == value.Length
            ? value
            : throw new ArgumentException($"Expected at most {max} code points.", parameter);
    }

    public static AccountId RequireId(AccountId id, string parameter) =>
        id == default ? throw new ArgumentException("The default value names nobody.", parameter) : id;

    public static MessageReference RequireReference(MessageReference reference, string parameter)
    {
        RequireId(reference.Author, parameter);
        return reference;
    }

    public static AccountId RequireGroup(AccountId id, string parameter) => id.Prefix == AccountIdPrefix.Group
        ? id
        : throw new ArgumentException("Expected the id of a group, 03….", parameter);

    public static AccountId RequireStandard(AccountId id, string parameter) => id.Prefix == AccountIdPrefix.Standard
        ? id
        : throw new ArgumentException("Expected the id of an account, 05….", parameter);

    public static ByteString Copy(ReadOnlyMemory<byte> bytes) => ByteString.CopyFrom(bytes.Span);

    public static ByteString CopyExactly(ReadOnlyMemory<byte> bytes, int size, string parameter)
    {
        Error.RequireLength(bytes.Length, size, parameter);
        return Copy(bytes);
    }
}
