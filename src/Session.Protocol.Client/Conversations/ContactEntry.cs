using System.Text;
using Session.Protocol.Accounts;
using Session.Protocol.Client.Stores;
using Session.Protocol.Messages;
using Session.Protocol.Ratchet.Sessions;

namespace Session.Protocol.Client.Conversations;

/// <summary>A contact as it lies in the account's store.</summary>
internal static class ContactEntry
{
    /// <summary>
    /// A request that nobody answers is forgotten after this: strangers must not be able to fill the store for ever. The swarm has dropped the
    /// messages long before, and a new one opens the request again.
    /// </summary>
    public static readonly TimeSpan RequestLifetime = TimeSpan.FromDays(60);

    private const byte Format = 1;
    private const int ExpirationSize = 1 + 4 + 8;
    private const int FixedSize = 1 + 1 + 8 + (2 * ExpirationSize);
    private const int ProfileFixedSize = 8 + 2 + 2 + 1;

    [Flags]
    private enum Parts : byte
    {
        None = 0,
        Approved = 1,
        ApprovedUs = 2,
        Blocked = 4,
        Profile = 8,
    }

    public static AccountStateKey Key(AccountId account) => new(AccountStateKind.Contact, account.ToString());

    public static AccountState Of(Contact contact, DateTimeOffset now) =>
        new(Key(contact.Account), Write(contact), contact.IsApproved || contact.IsBlocked ? null : now + RequestLifetime);

    public static AccountState Removed(AccountId account) => new(Key(account), default);

    public static Contact Read(AccountId account, ReadOnlySpan<byte> bytes)
    {
        var reader = new StateReader(bytes);
        bool known = reader.Byte() == Format;
        var parts = (Parts)reader.Byte();
        long readUpTo = reader.Int64();
        (Expiration ours, long oursAt) = ReadExpiration(ref reader);
        (Expiration theirs, long theirsAt) = ReadExpiration(ref reader);
        UserProfile? profile = parts.HasFlag(Parts.Profile) ? ReadProfile(ref reader) : null;
        return known && reader.IsComplete
            ? new Contact
            {
                Account = account,
                IsApproved = parts.HasFlag(Parts.Approved),
                HasApprovedUs = parts.HasFlag(Parts.ApprovedUs),
                IsBlocked = parts.HasFlag(Parts.Blocked),
                Profile = profile,
                Expiration = ours,
                ExpirationChangedMs = oursAt,
                TheirExpiration = theirs,
                TheirExpirationChangedMs = theirsAt,
                ReadUpTo = readUpTo == 0 ? null : DateTimeOffset.FromUnixTimeMilliseconds(readUpTo),
            }
            : throw new InvalidDataException("The store gave a contact that this version cannot read.");
    }

    private static byte[] Write(Contact contact)
    {
        byte[] name = Encoding.UTF8.GetBytes(contact.Profile?.DisplayName ?? "");
        byte[] url = Encoding.UTF8.GetBytes(contact.Profile?.PictureUrl ?? "");
        int keySize = contact.Profile?.PictureKey.Length ?? 0;
        byte[] bytes = new byte[FixedSize + (contact.Profile is null ? 0 : ProfileFixedSize + name.Length + url.Length + keySize)];
        var writer = new StateWriter(bytes);
        writer.Byte(Format);
        writer.Byte((byte)PartsOf(contact));
        writer.Int64(contact.ReadUpTo?.ToUnixTimeMilliseconds() ?? 0);
        WriteExpiration(ref writer, contact.Expiration, contact.ExpirationChangedMs);
        WriteExpiration(ref writer, contact.TheirExpiration, contact.TheirExpirationChangedMs);
        if (contact.Profile is { } profile)
        {
            writer.Int64(profile.UpdatedAtSeconds);
            writer.UInt16(name.Length);
            writer.Bytes(name);
            writer.UInt16(url.Length);
            writer.Bytes(url);
            writer.Byte((byte)keySize);
            writer.Bytes(profile.PictureKey.Span);
        }

        return bytes;
    }

    private static Parts PartsOf(Contact contact) =>
        (contact.IsApproved ? Parts.Approved : Parts.None)
        | (contact.HasApprovedUs ? Parts.ApprovedUs : Parts.None)
        | (contact.IsBlocked ? Parts.Blocked : Parts.None)
        | (contact.Profile is null ? Parts.None : Parts.Profile);

    private static void WriteExpiration(ref StateWriter writer, Expiration expiration, long changedMs)
    {
        writer.Byte((byte)expiration.Mode);
        writer.UInt32((uint)expiration.Timer.TotalSeconds);
        writer.Int64(changedMs);
    }

    private static (Expiration Expiration, long ChangedMs) ReadExpiration(ref StateReader reader)
    {
        var mode = (ExpirationMode)reader.Byte();
        uint seconds = reader.UInt32();
        Expiration expiration = (mode, seconds) switch
        {
            (_, 0) => Expiration.Off,
            (ExpirationMode.AfterRead, _) => Expiration.AfterRead(TimeSpan.FromSeconds(seconds)),
            (ExpirationMode.AfterSend, _) => Expiration.AfterSend(TimeSpan.FromSeconds(seconds)),
            _ => Expiration.Off,
        };
        return (expiration, reader.Int64());
    }

    private static UserProfile ReadProfile(ref StateReader reader)
    {
        long updatedAt = reader.Int64();
        string name = Encoding.UTF8.GetString(reader.Bytes(reader.UInt16()));
        string url = Encoding.UTF8.GetString(reader.Bytes(reader.UInt16()));
        return new UserProfile
        {
            DisplayName = name,
            PictureUrl = url.Length == 0 ? null : url,
            PictureKey = reader.Bytes(reader.Byte()).ToArray(),
            UpdatedAtSeconds = updatedAt,
        };
    }
}
