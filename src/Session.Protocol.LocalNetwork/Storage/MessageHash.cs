using System.Text;
using Session.Protocol.Cryptography;
using Session.Protocol.Onion.Swarms;

namespace Session.Protocol.LocalNetwork.Storage;

/// <summary>
/// The name of a message: unpadded base64 of BLAKE2b-256 over account, namespace and data (protocol/21 §5). Not the client's code,
/// so that a mistake there shows; and a node takes accounts of any prefix.
/// </summary>
internal static class MessageHash
{
    public const int Length = 43;

    private const int HashSize = 32;

    public static string Compute(string account, SwarmNamespace ns, ReadOnlySpan<byte> data)
    {
        byte[] input = [.. Convert.FromHexString(account), .. Encoding.ASCII.GetBytes(ns.ToSignedText()), .. data];
        Span<byte> hash = stackalloc byte[HashSize];
        Blake2b.Hash(input, hash);
        return Convert.ToBase64String(hash)[..Length];
    }

    public static bool IsWellFormed(string text) => text.Length == Length && Rpc.Base64Text.TryDecode(text, out byte[] bytes) && bytes.Length == HashSize;
}
