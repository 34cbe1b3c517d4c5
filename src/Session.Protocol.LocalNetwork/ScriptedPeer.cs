using Session.Protocol.Accounts;
using Session.Protocol.LocalNetwork.Storage;
using Session.Protocol.Messages;
using Session.Protocol.Onion.Swarms;
using Session.Protocol.Sealing;

namespace Session.Protocol.LocalNetwork;

/// <summary>
/// Somebody who writes to the account under test and reads its answers: version 1 messages, put into the nodes' memory and taken from it. No request travels, so
/// neither faults nor rate limits concern it; time limits are real time, whatever clock the network has. Safe for concurrent use; messages come to one caller each.
/// </summary>
public sealed class ScriptedPeer : IDisposable
{
    /// <summary>Longest wait for a message, unless a token says otherwise. A test that waits longer has failed.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Pause between two looks into the nodes' memory; a test has no use for a shorter one.</summary>
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(10);

    /// <summary>What stored messages of any kind may live.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(14);

    private readonly NodeRegistry _registry;
    private readonly SessionIdentity _identity;
    private readonly Lock _gate = new();
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private long _lastSent;

    internal ScriptedPeer(NodeRegistry registry, SessionIdentity identity)
    {
        _registry = registry;
        _identity = identity;
    }

    /// <summary>The peer's account.</summary>
    public AccountId AccountId => _identity.AccountId;

    /// <summary>Writes text to an account.</summary>
    /// <param name="recipient">An account, prefix <c>05</c>.</param>
    /// <param name="text">The text.</param>
    /// <returns>What names the message in replies and reactions.</returns>
    public MessageReference SendText(AccountId recipient, string text) => Send(recipient, new TextMessage(text));

    /// <summary>Sends something to an account. It is in the recipient's swarm when this returns.</summary>
    /// <param name="recipient">An account, prefix <c>05</c>.</param>
    /// <param name="content">What to send.</param>
    /// <returns>What names the message in replies and reactions.</returns>
    /// <exception cref="ArgumentException">The content is too large.</exception>
    public MessageReference Send(AccountId recipient, MessageContent content)
    {
        ArgumentNullException.ThrowIfNull(content);
        long time = NextTime();
        byte[] data = SealedMessage.Seal(ContentCodec.Encode(content, time), _identity, recipient, time);
        string account = recipient.ToString();
        string hash = MessageHash.Compute(account, SwarmNamespace.Default, data);
        foreach (LocalNode node in _registry.MembersOf(account))
        {
            var message = new StoredMessage(hash, SwarmNamespace.Default.Value, time, time + (long)Lifetime.TotalMilliseconds, data);
            _ = node.Store.TryStore(account, message, replaceOthers: false, out _, out _);
        }

        return new MessageReference(AccountId, time);
    }

    /// <summary>The text of the next text message to the peer, from whomever; other kinds are skipped.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The text.</returns>
    /// <exception cref="TimeoutException">None came within <see cref="Patience"/>.</exception>
    public async Task<string> ReceiveTextAsync(CancellationToken cancellationToken = default) => (await ReceiveAsync<TextMessage>(cancellationToken).ConfigureAwait(false)).Text;

    /// <summary>The next message of one kind to the peer, from whomever; other kinds are skipped.</summary>
    /// <typeparam name="T">The kind.</typeparam>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The content.</returns>
    /// <exception cref="TimeoutException">None came within <see cref="Patience"/>.</exception>
    public async Task<T> ReceiveAsync<T>(CancellationToken cancellationToken = default)
        where T : MessageContent
    {
        long start = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(start) < Patience)
        {
            if (TakeNext<T>() is { } content)
            {
                return content;
            }

            await Task.Delay(LookInterval, TimeProvider.System, cancellationToken).ConfigureAwait(false);
        }

        throw new TimeoutException($"No {typeof(T).Name} came within {Patience}.");
    }

    /// <summary>Wipes the peer's keys.</summary>
    public void Dispose() => _identity.Dispose();

    private T? TakeNext<T>()
        where T : MessageContent
    {
        string account = AccountId.ToString();
        lock (_gate)
        {
            StoredMessage[] stored = _registry.MembersOf(account)[0].Store.Read(account, x => x.In(SwarmNamespace.Default.Value).ToArray()) ?? [];
            foreach (StoredMessage message in stored.Where(x => _seen.Add(x.Hash)))
            {
                OpenedMessage opened = SealedMessage.Open(message.Data, _identity);
                if (opened.IsOpened && ContentCodec.TryDecode(opened.Content.Span, out MessageContent? content) == ContentDecodeResult.Ok && content is T wanted)
                {
                    return wanted;
                }
            }
        }

        return null;
    }

    // Every message of an account has a time of its own.
    private long NextTime()
    {
        lock (_gate)
        {
            return _lastSent = Math.Max(_registry.Clock.GetUtcNow().ToUnixTimeMilliseconds(), _lastSent + 1);
        }
    }
}
