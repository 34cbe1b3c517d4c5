using Session.Protocol.Accounts;
using Session.Protocol.Client;
using Session.Protocol.Messages;

namespace Session.Protocol.Hosting;

/// <summary>A received message on its way through an account's middleware and handlers. Used by one message at a time.</summary>
public sealed class MessageContext
{
    private readonly IReadOnlyDictionary<string, IReadOnlySet<AccountId>> _roles;

    internal MessageContext(
        string account,
        ISessionClient client,
        ReceivedMessage message,
        IServiceProvider services,
        IReadOnlyDictionary<string, IReadOnlySet<AccountId>> roles,
        CancellationToken cancellationToken)
    {
        Account = account;
        Client = client;
        Message = message;
        Services = services;
        CancellationToken = cancellationToken;
        _roles = roles;
    }

    /// <summary>The name under which the account was added.</summary>
    public string Account { get; }

    /// <summary>The account that received the message.</summary>
    public ISessionClient Client { get; }

    /// <summary>The message.</summary>
    public ReceivedMessage Message { get; }

    /// <summary>Services of this message's own scope, which ends with its handler.</summary>
    public IServiceProvider Services { get; }

    /// <summary>Cancelled when the host stops and does not wait any longer.</summary>
    public CancellationToken CancellationToken { get; }

    /// <summary>Whether the sender has a role of <see cref="SessionAccountOptions.Roles"/>.</summary>
    /// <param name="role">The role's name; case does not matter.</param>
    /// <returns>False also for a role that nobody has.</returns>
    public bool IsInRole(string role) => _roles.TryGetValue(role, out IReadOnlySet<AccountId>? accounts) && accounts.Contains(Message.Sender);

    /// <summary>Sends text to the message's conversation and waits until the network has stored it. After a crash it may be sent again; see <see cref="AnswerAsync(string)"/>.</summary>
    /// <param name="text">The text; official clients cut it at 2,000 code points.</param>
    /// <returns>Where and how it was stored.</returns>
    /// <exception cref="ArgumentException">The text is empty or too long.</exception>
    /// <exception cref="Onion.OnionException">The network will not store it.</exception>
    public ValueTask<SentMessage> ReplyAsync(string text) => ReplyAsync(new TextMessage(text));

    /// <summary>Sends something to the message's conversation; see <see cref="ReplyAsync(string)"/>.</summary>
    /// <param name="content">What to send.</param>
    /// <returns>Where and how it was stored.</returns>
    /// <exception cref="ArgumentException">The content is empty or too large.</exception>
    /// <exception cref="Onion.OnionException">The network will not store it.</exception>
    public ValueTask<SentMessage> ReplyAsync(MessageContent content) => Client.SendAsync(Message.Conversation, content, CancellationToken);

    /// <summary>
    /// The last of what a handler does: the answer is in the account's store and the message counts as handled in one commit, so that after a crash it is neither
    /// answered twice nor left unanswered. Then waits until the network has stored the answer.
    /// </summary>
    /// <param name="text">The text; official clients cut it at 2,000 code points.</param>
    /// <returns>Where and how it was stored.</returns>
    /// <exception cref="ArgumentException">The text is empty or too long.</exception>
    /// <exception cref="Onion.OnionException">The network will not store it.</exception>
    public ValueTask<SentMessage> AnswerAsync(string text) => AnswerAsync(new TextMessage(text));

    /// <summary>The last of what a handler does; see <see cref="AnswerAsync(string)"/>.</summary>
    /// <param name="content">What to send.</param>
    /// <returns>Where and how it was stored.</returns>
    /// <exception cref="ArgumentException">The content is empty or too large.</exception>
    /// <exception cref="Onion.OnionException">The network will not store it.</exception>
    public async ValueTask<SentMessage> AnswerAsync(MessageContent content)
    {
        QueuedMessage queued = await Client.EnqueueAsync(Message.Conversation, content, Message, CancellationToken).ConfigureAwait(false);
        return await queued.Sent.WaitAsync(CancellationToken).ConfigureAwait(false);
    }
}
