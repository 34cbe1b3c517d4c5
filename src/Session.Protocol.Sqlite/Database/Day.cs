using System.Buffers.Binary;
using Session.Protocol.Sqlite.Sealing;

namespace Session.Protocol.Sqlite.Database;

/// <summary>
/// When a row expires, as a keyed hash of the day: rows of a day can be found and deleted, and the file does not tell which day it is.
/// </summary>
internal static class Day
{
    private const int HashSize = 8;
    private const long SecondsPerDay = 86_400;

    /// <summary>The first day on which something that expires then may be deleted.</summary>
    public static long After(DateTimeOffset expiry) => Of(expiry) + 1;

    public static long Of(DateTimeOffset time) => time.ToUnixTimeSeconds() / SecondsPerDay;

    public static byte[] Hash(RowSealer sealer, long day)
    {
        Span<byte> name = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(name, day);
        byte[] hash = new byte[HashSize];
        sealer.LookUp(RowKind.Day, name, hash);
        return hash;
    }
}
