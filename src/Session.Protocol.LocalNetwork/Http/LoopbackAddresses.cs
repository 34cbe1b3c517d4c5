using System.Net;
using System.Net.Sockets;

namespace Session.Protocol.LocalNetwork.Http;

/// <summary>The addresses that nodes get (protocol/26 §1).</summary>
internal static class LoopbackAddresses
{
    private const int LastOctet = 254;

    /// <summary>Linux and Windows answer on all of 127.0.0.0/8, macOS on 127.0.0.1 alone.</summary>
    public static bool ManyAvailable { get; } = CanBind(ForNode(0)) && CanBind(ForNode(LastOctet));

    /// <summary>127.0.1.1, 127.0.2.1 …: each the only node of its /24.</summary>
    public static IPAddress ForNode(int index) => new([127, (byte)(index / LastOctet), (byte)((index % LastOctet) + 1), 1]);

    private static bool CanBind(IPAddress address)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(address, 0));
            return true;
        }
        catch (SocketException)
        {
            return false; // the answer to the question
        }
    }
}
