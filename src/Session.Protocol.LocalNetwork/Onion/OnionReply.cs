using System.Text;

namespace Session.Protocol.LocalNetwork.Onion;

/// <summary>What goes back along the path: status and body, passed on unchanged by every hop.</summary>
internal sealed record OnionReply(int Status, ReadOnlyMemory<byte> Body)
{
    public static OnionReply Text(int status, string text) => new(status, Encoding.UTF8.GetBytes(text));
}
