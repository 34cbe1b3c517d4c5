using System.Text;
using System.Text.Json.Nodes;

namespace Session.Protocol.LocalNetwork.Tests.Support;

/// <summary>An HTTP answer of a node.</summary>
internal sealed record NodeAnswer(int Status, string? ContentType, string Server, byte[] Body)
{
    public string Text => Encoding.UTF8.GetString(Body);

    public JsonObject Json => JsonNode.Parse(Body)!.AsObject();
}
