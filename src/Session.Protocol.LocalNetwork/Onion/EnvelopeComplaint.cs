using System.Buffers.Binary;
using System.Text.Json;
using Session.Protocol.Accounts;
using Session.Protocol.LocalNetwork.Rpc;

namespace Session.Protocol.LocalNetwork.Onion;

/// <summary>The guard's words about an envelope that cannot be read (recorded entries 137 to 141).</summary>
internal static class EnvelopeComplaint
{
    public static string About(ReadOnlyMemory<byte> body)
    {
        if (body.Length < sizeof(uint))
        {
            return "Unexpected payload size; expected ciphertext size";
        }

        uint length = BinaryPrimitives.ReadUInt32LittleEndian(body.Span);
        ReadOnlyMemory<byte> rest = body[sizeof(uint)..];
        if (length > (uint)rest.Length)
        {
            return $"Unexpected payload size {rest.Length}, expected >= {length}";
        }

        if (!StrictJson.TryParse(rest[(int)length..], out JsonDocument? json))
        {
            return "[json.exception.parse_error.101] parse error";
        }

        using (json)
        {
            return About(json.RootElement);
        }
    }

    private static string About(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            return "[json.exception.type_error.304] cannot use at() with this type";
        }

        if (!json.TryGetProperty("ephemeral_key", out JsonElement key))
        {
            return "[json.exception.out_of_range.403] key 'ephemeral_key' not found";
        }

        if (key.ValueKind != JsonValueKind.String || !X25519PublicKey.TryParse(key.GetString(), out _))
        {
            int received = key.ValueKind == JsonValueKind.String ? key.GetString()!.Length : 0;
            return $"Hex key data is invalid: expected {X25519PublicKey.Size} hex digits, received {received}";
        }

        return json.TryGetProperty("enc_type", out JsonElement type) ? $"Invalid encryption type {type}" : "Invalid hop_no";
    }
}
