using System.Text;

namespace Session.Protocol.LocalNetwork.Onion;

/// <summary>What goes back along the path: status and body, passed on unchanged by every hop.</summary>
internal sealed record OnionReply(int Status, ReadOnlyMemory<byte> Body)
{
    /// <summary>No answer: the connection breaks.</summary>
    public static OnionReply Broken { get; } = new(0, default);

    /// <summary>What the guard, a server or a seed says about the body in HTTP.</summary>
    public string ContentType { get; init; } = "text/plain";

    public static OnionReply Text(int status, string text) => new(status, Encoding.UTF8.GetBytes(text));
}
