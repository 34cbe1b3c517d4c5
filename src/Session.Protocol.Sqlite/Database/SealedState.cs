using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Session.Protocol.Client.Stores;
using Session.Protocol.Sqlite.Sealing;

namespace Session.Protocol.Sqlite.Database;

/// <summary>One entry of the account's state as a row. Name and value are sealed apart, so that names are listed without opening values.</summary>
/// <param name="Key">The row's name.</param>
/// <param name="Kind">The kind, in clear.</param>
/// <param name="ExpiryDay">When it may be deleted; null for never.</param>
/// <param name="Label">Expiry and name; null deletes the row.</param>
/// <param name="Value">Expiry and value; null deletes the row.</param>
internal sealed record SealedState(byte[] Key, long Kind, long? ExpiryDay, byte[]? Label, byte[]? Value)
{
    /// <summary>Longest value, the limit of the contract.</summary>
    private const int MaxValueSize = 128 * 1_024;

    private const int TimeSize = sizeof(long);

    public static SealedState Create(AccountState state, RowSealer sealer)
    {
        if (state.Value.Length > MaxValueSize)
        {
            throw new ArgumentException($"An entry can have {MaxValueSize} bytes, this one has {state.Value.Length}.", nameof(state));
        }

        byte[] key = RowName.Of(sealer, state.Key);
        if (state.Value.IsEmpty)
        {
            return new SealedState(key, (long)state.Key.Kind, null, null, null);
        }

        long expires = state.ExpiresAt?.ToUnixTimeMilliseconds() ?? long.MaxValue;
        byte[] label = WithTime(expires, Encoding.UTF8.GetBytes(state.Key.Name));
        byte[] value = WithTime(expires, state.Value.Span);
        try
        {
            return new SealedState(
                key,
                (long)state.Key.Kind,
                state.ExpiresAt is { } at ? Day.After(at) : null,
                sealer.Seal(RowKind.StateLabel, key, label),
                sealer.Seal(RowKind.StateValue, key, value));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(label);
            CryptographicOperations.ZeroMemory(value);
        }
    }

    /// <summary>What a sealed column holds, or null when it has expired.</summary>
    /// <exception cref="SqliteStoreException">It was altered.</exception>
    public static byte[]? Open(RowKind column, byte[] key, byte[] box, RowSealer sealer, DateTimeOffset now)
    {
        byte[] opened = sealer.Open(column, key, box);
        try
        {
            if (opened.Length < TimeSize)
            {
                throw RowSealer.Damaged();
            }

            return BinaryPrimitives.ReadInt64LittleEndian(opened) > now.ToUnixTimeMilliseconds() ? opened[TimeSize..] : null;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(opened);
        }
    }

    private static byte[] WithTime(long expires, ReadOnlySpan<byte> rest)
    {
        byte[] bytes = new byte[TimeSize + rest.Length];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, expires);
        rest.CopyTo(bytes.AsSpan(TimeSize));
        return bytes;
    }
}
