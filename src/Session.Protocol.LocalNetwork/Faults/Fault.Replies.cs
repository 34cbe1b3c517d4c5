using System.Text;
using System.Text.Json.Nodes;
using Session.Protocol.Cryptography;
using Session.Protocol.LocalNetwork.Onion;
using Session.Protocol.LocalNetwork.Rpc;
using Session.Protocol.Onion.Requests;

namespace Session.Protocol.LocalNetwork.Faults;

/// <summary>Faults of what comes back.</summary>
public sealed partial record Fault
{
    /// <summary>14: the reply is encrypted with another key.</summary>
    public static Fault SealedWithAnotherKey { get; } = new(nameof(SealedWithAnotherKey), new FaultEffects
    {
        Seal = (key, plaintext) =>
        {
            // Nobody can tell one ciphertext that does not open from another.
            byte[] bytes = new byte[plaintext.Length + OnionLayer.Overhead(key.Cipher)];
            RandomSource.System.Fill(bytes);
            return bytes;
        },
    });

    /// <summary>14: the reply is encrypted with the other cipher, the key derived accordingly.</summary>
    public static Fault SealedWithAnotherCipher { get; } = new(nameof(SealedWithAnotherCipher), new FaultEffects
    {
        Seal = (key, plaintext) => key.Seal(
            key.Cipher == OnionCipher.XChaCha20 ? OnionCipher.AesGcm : OnionCipher.XChaCha20, plaintext, RandomSource.System),
    });

    /// <summary>13: the encrypted reply is damaged. By the destination, unless another role is named.</summary>
    /// <param name="damage">How.</param>
    /// <returns>The fault.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Not a value of the enumeration.</exception>
    public static Fault CorruptedReply(ReplyDamage damage)
    {
        if (!Enum.IsDefined(damage))
        {
            throw new ArgumentOutOfRangeException(nameof(damage));
        }

        return new(nameof(CorruptedReply), new FaultEffects
        {
            Hop = async (_, honest, _) =>
            {
                OnionReply reply = await honest().ConfigureAwait(false);
                return reply with { Body = Damage(reply.Body.ToArray(), damage) };
            },
        })
        {
            Role = NodeRole.Destination,
        };
    }

    /// <summary>15: the destination's answer has another form inside the encryption.</summary>
    /// <param name="form">Which.</param>
    /// <returns>The fault.</returns>
    /// <exception cref="ArgumentOutOfRangeException">Not a value of the enumeration.</exception>
    public static Fault UnusualReply(ReplyForm form)
    {
        if (!Enum.IsDefined(form))
        {
            throw new ArgumentOutOfRangeException(nameof(form));
        }

        return new(nameof(UnusualReply), new FaultEffects
        {
            Plaintext = (status, body) => form switch
            {
                ReplyForm.BadJson => Encoding.UTF8.GetBytes($"{{\"status\":{status},\"body\":"),
                ReplyForm.NoStatus => JsonText.Write(new JsonObject { ["body"] = body }),
                ReplyForm.StatusCode => JsonText.Write(new JsonObject { ["body"] = body, ["status_code"] = status }),
                _ => JsonText.Write(new JsonObject { ["body"] = Unwrapped(body), ["status"] = status }),
            },
        });
    }

    private static byte[] Damage(byte[] reply, ReplyDamage damage)
    {
        switch (damage)
        {
            case ReplyDamage.FlippedByte when reply.Length > 0:
                // Within the base64 alphabet, so that it is the decryption that fails.
                int middle = reply.Length / 2;
                reply[middle] = reply[middle] == (byte)'A' ? (byte)'B' : (byte)'A';
                return reply;
            case ReplyDamage.Cut:
                return reply[..(reply.Length / 2)];
            case ReplyDamage.NotBase64:
                return [.. "<html>"u8, .. reply];
            default:
                return [];
        }
    }

    private static JsonNode Unwrapped(JsonNode body)
    {
        string text = body.GetValueKind() == System.Text.Json.JsonValueKind.String ? body.GetValue<string>() : string.Empty;
        return text.StartsWith('{') ? JsonNode.Parse(text)! : body;
    }
}
