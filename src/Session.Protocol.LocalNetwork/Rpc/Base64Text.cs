using System.Buffers;

namespace Session.Protocol.LocalNetwork.Rpc;

/// <summary>Base64 as the storage server reads it: standard alphabet, padding optional, nothing else (recorded entries 33, 36, 37).</summary>
internal static class Base64Text
{
    private static readonly SearchValues<char> Alphabet =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");

    public static bool TryDecode(string text, out byte[] bytes)
    {
        bytes = [];
        int length = text.AsSpan().TrimEnd('=').Length;
        if (text.Length - length > 2 || length % 4 == 1 || text.AsSpan(0, length).ContainsAnyExcept(Alphabet))
        {
            return false;
        }

        bytes = Convert.FromBase64String(text[..length].PadRight((length + 3) / 4 * 4, '='));
        return true;
    }
}
