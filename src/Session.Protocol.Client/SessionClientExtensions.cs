using Session.Protocol.Accounts;
using Session.Protocol.Messages;

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
}
