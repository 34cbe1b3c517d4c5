using System.Text;
using Session.Protocol.LocalNetwork.Onion;
using Session.Protocol.Onion.Requests;

namespace Session.Protocol.LocalNetwork.Faults;

/// <summary>Faults of servers behind the exit.</summary>
public sealed partial record Fault
{
    /// <summary>12: the server does not like our clock: 425.</summary>
    public static Fault ServerClockOff { get; } = Answers(nameof(ServerClockOff), 425, "Timestamp error: check your clock");

    /// <summary>23: 413 from a server, or from a guard 413 and from a destination 400 in the words of nodes. A destination's, unless another role is named.</summary>
    public static Fault RefusesSize { get; } = new(nameof(RefusesSize), new FaultEffects
    {
        HopRoles = [NodeRole.Guard, NodeRole.Destination],
        Hop = (hop, _, _) => new(hop.Role == NodeRole.Guard
            ? OnionReply.Text(413, "Request body too large")
            : hop.Say(400, "invalid request: Message body exceeds maximum allowed length of 76800 bytes")),
        ServerAnswer = _ => V4Message.EncodeResponse(PlainText413),
    })
    {
        Role = NodeRole.Destination,
    };

    private static ServerResponse PlainText413 => Plain(413, "File too large");

    /// <summary>33: the server is not there, but the path to it is good.</summary>
    /// <param name="outage">In what way.</param>
    /// <returns>The fault.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Not a value of the enumeration.</exception>
    public static Fault ServerDown(ServerOutage outage)
    {
        (int status, string text) = outage switch
        {
            ServerOutage.ConnectionRefused => (502, "Failed to connect to server port 443 after 0 ms: Couldn't connect to server"),
            ServerOutage.TimedOut => (504, "Operation timed out after 25000 milliseconds with 0 bytes received"),
            ServerOutage.BadGatewayPage => (502, Page("502 Bad Gateway")),
            ServerOutage.UnavailablePage => (503, Page("503 Service Temporarily Unavailable")),
            _ => throw new ArgumentOutOfRangeException(nameof(outage)),
        };
        return new(nameof(ServerDown), new FaultEffects { Hop = (_, _, _) => new(OnionReply.Text(status, text)) }) { Role = NodeRole.Server };
    }

    /// <summary>34: the server's answer is oddly framed.</summary>
    /// <param name="framing">How.</param>
    /// <returns>The fault.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Not a value of the enumeration.</exception>
    public static Fault ServerFraming(OddFraming framing)
    {
        if (!Enum.IsDefined(framing))
        {
            throw new ArgumentOutOfRangeException(nameof(framing));
        }

        return new(nameof(ServerFraming), new FaultEffects { ServerAnswer = response => Frame(response, framing) }) { Role = NodeRole.Server };
    }

    private static byte[] Frame(ServerResponse response, OddFraming framing)
    {
        byte[] honest = V4Message.EncodeResponse(response);
        string head = $$"""{"code":{{response.Code}}}""";
        return framing switch
        {
            OddFraming.LengthTooLong => [.. "l9999:"u8, .. honest],
            OddFraming.NoEnd => honest[..^1],
            OddFraming.NoBody => Encoding.UTF8.GetBytes($"l{head.Length}:{head}e"),
            _ => [.. Encoding.UTF8.GetBytes($"l{head.Length}:{head}{response.Body.Length}:"), .. response.Body.Span, (byte)'e'],
        };
    }

    private static Fault Answers(string name, int code, string text) =>
        new(name, new FaultEffects { ServerAnswer = _ => V4Message.EncodeResponse(Plain(code, text)) }) { Role = NodeRole.Server };

    private static ServerResponse Plain(int code, string text) =>
        new(code, new Dictionary<string, string>(StringComparer.Ordinal) { ["content-type"] = "text/plain" }, Encoding.UTF8.GetBytes(text));

    private static string Page(string title) => $"<html>\r\n<head><title>{title}</title></head>\r\n<body><center><h1>{title}</h1></center><hr><center>nginx</center></body>\r\n</html>\r\n";
}
