using System.Collections.Concurrent;
using Session.Protocol.LocalNetwork.Rpc;

namespace Session.Protocol.LocalNetwork.Seeds;

/// <summary>Name records by the hash of the name (protocol/26 §3.2). Safe for concurrent use.</summary>
internal sealed class NameTable
{
    private const int HashSize = 32;

    private readonly ConcurrentDictionary<string, NameRecord> _records = new(StringComparer.Ordinal);

    public void Set(ReadOnlySpan<byte> nameHash, NameRecord record) => _records[Convert.ToHexStringLower(nameHash)] = record;

    /// <param name="nameHash">32 bytes in base64 or hexadecimal.</param>
    public NameRecord? Find(string nameHash)
    {
        bool isHex = nameHash.Length == 2 * HashSize && nameHash.All(char.IsAsciiHexDigit);
        string? key = isHex ? nameHash.ToLowerInvariant()
            : Base64Text.TryDecode(nameHash, out byte[] bytes) ? Convert.ToHexStringLower(bytes) : null;
        return key is null ? null : _records.GetValueOrDefault(key);
    }
}
