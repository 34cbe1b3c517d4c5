using System.Buffers.Text;
using Session.Protocol.Cryptography;

namespace Session.Protocol.Onion.Files;

/// <summary>
/// The names that newer servers give: URL-safe base64 of BLAKE2b with 33 bytes and a fixed salt (protocol/23 §4), so that equal
/// bytes have one name. Only files with such a name can be renewed.
/// </summary>
internal static class FileName
{
    public const int Length = 44;

    private const int HashSize = 33;

    private static ReadOnlySpan<byte> Salt => "SessionFileSvr\0\0"u8;

    public static string Of(ReadOnlySpan<byte> content)
    {
        Span<byte> hash = stackalloc byte[HashSize];
        Blake2b.HashSalted(content, Salt, hash);
        return Base64Url.EncodeToString(hash);
    }
}
