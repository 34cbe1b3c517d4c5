using System.Text;
using Session.Protocol.Accounts;

namespace Session.Protocol.Onion.Requests;

/// <summary>An unencrypted answer from a path, read by its status and text (protocol/22 §8.1).</summary>
/// <param name="Kind">What it says.</param>
/// <param name="Node">The node it names, where it names one.</param>
internal sealed record OnionFailure(OnionFailureKind Kind, Ed25519PublicKey? Node = null)
{
    /// <summary>Longest text of the table, with room: a longer one is a page of a server.</summary>
    private const int MaxTextSize = 256;

    /// <summary>Reads an answer whose HTTP status is not 200.</summary>
    public static OnionFailure Read(int status, ReadOnlySpan<byte> body)
    {
        string text = body.Length <= MaxTextSize ? Encoding.UTF8.GetString(body).Trim() : string.Empty;
        if (TryReadNode(text, "Next node not found: ", out Ed25519PublicKey? node))
        {
            return new OnionFailure(OnionFailureKind.NodeNotFound, node);
        }

        if (TryReadNode(text, "Next node is currently unreachable: ", out node))
        {
            return new OnionFailure(OnionFailureKind.NodeUnreachable, node);
        }

        if (TryReadNode(text, "Snode not ready: ", out node))
        {
            return new OnionFailure(OnionFailureKind.NodeNotReady, node);
        }

        return new OnionFailure(status switch
        {
            400 when text.StartsWith("Invalid ciphertext", StringComparison.Ordinal) => OnionFailureKind.InvalidCiphertext,
            400 when text.StartsWith("Error parsing onion request", StringComparison.Ordinal)
                || text.StartsWith("Invalid internal onion request", StringComparison.Ordinal)
                || text.StartsWith("onion request max path length exceeded", StringComparison.Ordinal) => OnionFailureKind.Refused,
            413 when text.StartsWith("Request body too large", StringComparison.Ordinal) => OnionFailureKind.TooLarge,
            429 when text.StartsWith("Too Many Requests", StringComparison.OrdinalIgnoreCase) => OnionFailureKind.RateLimited,
            500 when text.StartsWith("Invalid response from snode", StringComparison.Ordinal) => OnionFailureKind.InvalidHopResponse,
            503 when text.StartsWith("Service node is not ready: ", StringComparison.Ordinal)
                || text.StartsWith("Server busy, try again later", StringComparison.Ordinal) => OnionFailureKind.GuardNotReady,
            504 when text.StartsWith("Request time out", StringComparison.Ordinal) => OnionFailureKind.HopTimedOut,
            _ => OnionFailureKind.Unknown,
        });
    }

    private static bool TryReadNode(string text, string prefix, out Ed25519PublicKey? node)
    {
        node = null;
        if (text.StartsWith(prefix, StringComparison.Ordinal) && Ed25519PublicKey.TryParse(text.AsSpan(prefix.Length), out Ed25519PublicKey key))
        {
            node = key;
        }

        return node is not null;
    }
}
