using System.Text.Json;

namespace Session.Protocol.Onion.Requests;

/// <summary>
/// What kind of request a body is: a name for measurements, out of a fixed list so that it tells nothing else, and whether it may be sent
/// twice.
/// </summary>
internal static class RequestClass
{
    /// <summary>A request in v4 form.</summary>
    public const string Server = "server";

    private const string Other = "other";

    // Sent twice they leave the network as sent once (protocol/26 §6, 40): a message stored again is the same message. What deletes or
    // changes everything that is there at that moment is not among them: something may have come in between.
    private static readonly string[] Repeatable =
    [
        "retrieve", "store", "info", "get_swarm", "get_expiries", "oxend_request", "active_nodes_bin", "expire", "delete", "delete_before",
        "revoke_subaccount", "unrevoke_subaccount", "batch", "sequence",
    ];

    private static readonly string[] NotRepeatable = ["delete_all", "expire_all", "ifelse"];

    /// <summary>The method's name for measurements.</summary>
    /// <param name="body">UTF-8 JSON <c>{"method":…,"params":{…}}</c>.</param>
    public static string Of(ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(body);
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == 1)
                {
                    bool isMethod = reader.ValueTextEquals("method"u8);
                    _ = reader.Read();
                    if (isMethod)
                    {
                        return Find(reader, Repeatable) ?? Find(reader, NotRepeatable) ?? Other;
                    }

                    reader.Skip();
                }
            }
        }
        catch (JsonException)
        {
            // The caller's body, so the node may say what is wrong with it.
        }

        return Other;
    }

    /// <summary>True when the request may be sent twice without a second effect.</summary>
    public static bool MayRepeat(ServerRequest request) => request.Method is "GET" or "HEAD";

    /// <summary>True when the request and all parts of it may be sent twice without a second effect.</summary>
    /// <param name="body">UTF-8 JSON <c>{"method":…,"params":{…}}</c>.</param>
    public static bool MayRepeat(ReadOnlySpan<byte> body)
    {
        bool any = false;
        var reader = new Utf8JsonReader(body);
        try
        {
            while (reader.Read())
            {
                if (reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals("method"u8))
                {
                    any = reader.Read();
                    if (Find(reader, Repeatable) is null)
                    {
                        return false;
                    }
                }
            }

            return any;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static string? Find(Utf8JsonReader reader, string[] names)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            foreach (string name in names)
            {
                if (reader.ValueTextEquals(name))
                {
                    return name;
                }
            }
        }

        return null;
    }
}
