using Session.Protocol.Accounts;
using Session.Protocol.Messages;
using Session.Protocol.Ratchet;

namespace Session.Protocol.Client;

/// <summary>Shorter forms of what <see cref="ISessionClient"/> does.</summary>
public static class SessionClientExtensions
{
    /// <summary>Sends text.</summary>
    /// <param name="client">The sender.</param>
    /// <param name="recipient">An account, prefix <c>05</c>.</param>
    /// <param name="text">The text; official clients cut it at 2,000 code points.</param>
    /// <param name="cancellationToken">Ends the wait; the message may be stored all the same.</param>
    /// <returns>Where and how it was stored.</returns>
    /// <exception cref="ArgumentException">Not an account, or the text is too long.</exception>
    /// <exception cref="Onion.OnionException">The network did not store it.</exception>
    public static ValueTask<SentMessage> SendTextAsync(
        this ISessionClient client, AccountId recipient, string text, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        return client.SendAsync(recipient, new TextMessage(text), cancellationToken);
    }

    /// <summary>
    /// What the two owners compare, by voice or by scanning, to know that nobody sits between them. It is made of the two account
    /// ids and their keys, so it is the same on all devices and never changes. Takes some milliseconds of computing.
    /// </summary>
    /// <param name="client">One's own side.</param>
    /// <param name="peer">An account, prefix <c>05</c>.</param>
    /// <returns>Sixty digits, the same on both sides, and a form for a QR code.</returns>
    /// <exception cref="ArgumentException">Not an account.</exception>
    public static SafetyNumber GetSafetyNumber(this ISessionClient client, AccountId peer)
    {
        ArgumentNullException.ThrowIfNull(client);
        if (peer.Prefix != AccountIdPrefix.Standard)
        {
            throw new ArgumentException("Expected an account id that starts with 05.", nameof(peer));
        }

        AccountId self = client.AccountId;
        return SafetyNumber.Create(self.AsSpan(), new X25519PublicKey(self.KeySpan()), peer.AsSpan(), new X25519PublicKey(peer.KeySpan()));
    }
}
