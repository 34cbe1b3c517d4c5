using System.Text.Json;
using Session.Protocol.Onion.Json;
using Session.Protocol.Onion.Storage.Results;
using Session.Protocol.Onion.Storage.Wire;

namespace Session.Protocol.Onion.Storage;

/// <summary>Asks a node for its version and clock (protocol/21 §7.12).</summary>
internal sealed class InfoRequest : StorageRequest<NodeStatus>
{
    internal override string Method => "info";

    internal override void WriteParameters(Utf8JsonWriter writer, long timestamp)
    {
        // Takes none, but the object must be there.
    }

    internal override NodeStatus? ReadValue(JsonElement body, ReplyContext context)
    {
        if (!body.TryGet("version"u8, JsonValueKind.Array, out JsonElement parts) || parts.GetArrayLength() < 3
            || body.GetInteger("timestamp"u8) is not { } time)
        {
            return null;
        }

        Span<int> numbers = stackalloc int[3];
        for (int i = 0; i < numbers.Length; i++)
        {
            if (parts[i].ValueKind != JsonValueKind.Number || !parts[i].TryGetInt32(out numbers[i]) || numbers[i] < 0)
            {
                return null;
            }
        }

        return new NodeStatus(new Version(numbers[0], numbers[1], numbers[2]), time);
    }
}
