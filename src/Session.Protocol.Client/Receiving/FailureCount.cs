using System.Buffers.Binary;
using System.Globalization;
using Session.Protocol.Accounts;
using Session.Protocol.Client.Stores;

namespace Session.Protocol.Client.Receiving;

/// <summary>How often the handler of a message failed, as the store keeps it: a program that a message brings down counts on when it is up again.</summary>
internal static class FailureCount
{
    public static AccountState Of(MessageKey message, int failures, DateTimeOffset expiresAt)
    {
        byte[] value = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(value, failures);
        return new AccountState(Key(message), value, expiresAt);
    }

    public static AccountState None(MessageKey message) => new(Key(message), default);

    public static bool TryParse(string name, out MessageKey message)
    {
        if (name.Length > AccountId.TextLength + 1
            && AccountId.TryParse(name.AsSpan(0, AccountId.TextLength), out AccountId author)
            && long.TryParse(name.AsSpan(AccountId.TextLength + 1), CultureInfo.InvariantCulture, out long sentMs))
        {
            message = new MessageKey(author, sentMs);
            return true;
        }

        message = default;
        return false;
    }

    private static AccountStateKey Key(MessageKey message) => new(
        AccountStateKind.HandlerFailures, string.Create(CultureInfo.InvariantCulture, $"{message.Author}:{message.SentMilliseconds}"));
}
