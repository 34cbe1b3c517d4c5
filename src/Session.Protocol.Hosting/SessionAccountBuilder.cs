using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Session.Protocol.Accounts;
using Session.Protocol.Client;
using Session.Protocol.Client.Stores;
using Session.Protocol.Hosting.Commands;
using Session.Protocol.Messages;

namespace Session.Protocol.Hosting;

/// <summary>
/// Says what an account does with its messages. Middleware, commands and handlers see a message in the order in which they are added here. A message is
/// acknowledged when all of them have returned; when one throws, the whole message is tried again later, and set aside after some attempts.
/// </summary>
public sealed class SessionAccountBuilder
{
    private readonly SessionBuilder _session;
    private readonly AccountRegistration _registration;

    internal SessionAccountBuilder(SessionBuilder session, AccountRegistration registration)
    {
        _session = session;
        _registration = registration;
    }

    /// <summary>The name under which the account was added.</summary>
    public string Name => _registration.Name;

    /// <summary>The host's services.</summary>
    public IServiceCollection Services => _session.Services;

    /// <summary>Adds another account to the host.</summary>
    /// <param name="name">What the program calls it; not empty, each once.</param>
    /// <param name="configure">Sets options after the configuration did; null for nothing.</param>
    /// <returns>Takes that account's handlers.</returns>
    /// <exception cref="ArgumentException">The name is empty or was used before.</exception>
    public SessionAccountBuilder AddAccount(string name, Action<SessionAccountOptions>? configure = null) => _session.AddAccount(name, configure);

    /// <summary>Takes the identity from elsewhere than <see cref="SessionAccountOptions.Phrase"/>.</summary>
    /// <param name="identity">Makes it; the host disposes it.</param>
    /// <returns>This builder.</returns>
    public SessionAccountBuilder UseIdentity(Func<IServiceProvider, SessionIdentity> identity)
    {
        ArgumentNullException.ThrowIfNull(identity);
        _registration.Identity = identity;
        return this;
    }

    /// <summary>Sets where the account remembers what it has handled. Without it that is in memory, and a restart brings messages again.</summary>
    /// <param name="store">Makes it; the host disposes it. An account's store is used by no other account.</param>
    /// <returns>This builder.</returns>
    public SessionAccountBuilder UseStore(Func<IServiceProvider, IAccountStore> store)
    {
        ArgumentNullException.ThrowIfNull(store);
        Services.AddKeyedSingleton(Name, (provider, _) => store(provider));
        return this;
    }

    /// <summary>Changes client options that <see cref="SessionAccountOptions"/> does not have, for example the ratchet.</summary>
    /// <param name="change">Takes the options so far and gives those to use.</param>
    /// <returns>This builder.</returns>
    public SessionAccountBuilder ConfigureClient(Func<SessionClientOptions, SessionClientOptions> change)
    {
        ArgumentNullException.ThrowIfNull(change);
        Func<SessionClientOptions, SessionClientOptions> before = _registration.ConfigureClient;
        _registration.ConfigureClient = x => change(before(x));
        return this;
    }

    /// <summary>Adds a step that sees every message and passes it on, or does not.</summary>
    /// <param name="middleware">Gets the message and what comes after it.</param>
    /// <returns>This builder.</returns>
    public SessionAccountBuilder Use(Func<MessageContext, MessageStep, ValueTask> middleware)
    {
        ArgumentNullException.ThrowIfNull(middleware);
        return Add((_, next) => context => middleware(context, next));
    }

    /// <summary>Handles messages of one kind, and passes every message on.</summary>
    /// <typeparam name="T">The kind; <see cref="MessageContent"/> for all.</typeparam>
    /// <param name="handler">What to do. What it throws makes the message come again.</param>
    /// <returns>This builder.</returns>
    public SessionAccountBuilder OnMessage<T>(Func<MessageContext, T, ValueTask> handler)
        where T : MessageContent
    {
        ArgumentNullException.ThrowIfNull(handler);
        return Use(async (context, next) =>
        {
            if (context.Message.Content is T content)
            {
                await handler(context, content).ConfigureAwait(false);
            }

            await next(context).ConfigureAwait(false);
        });
    }

    /// <summary>Handles messages of one kind with a class from the container, made for each message in a scope of its own.</summary>
    /// <typeparam name="T">The kind; <see cref="MessageContent"/> for all.</typeparam>
    /// <typeparam name="THandler">The class; it is added to the services unless it is there.</typeparam>
    /// <returns>This builder.</returns>
    public SessionAccountBuilder OnMessage<T, [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] THandler>()
        where T : MessageContent
        where THandler : class, IMessageHandler<T>
    {
        Services.TryAddScoped<THandler>();
        return OnMessage<T>((context, content) => context.Services.GetRequiredService<THandler>().HandleAsync(context, content));
    }

    /// <summary>Answers commands, texts that begin with a slash, and passes everything else on. Adds <c>/help</c>.</summary>
    /// <param name="commands">Adds them.</param>
    /// <returns>This builder.</returns>
    public SessionAccountBuilder AddCommands(Action<CommandBuilder> commands)
    {
        ArgumentNullException.ThrowIfNull(commands);
        var builder = new CommandBuilder();
        commands(builder);
        CommandSet set = builder.Build();
        return Use(set.HandleAsync);
    }

    /// <summary>
    /// Drops messages of senders who send too many; what is dropped counts as handled. An attempt that repeats a failed one is not counted again.
    /// </summary>
    /// <param name="options">How many are too many; null for the defaults.</param>
    /// <returns>This builder.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public SessionAccountBuilder UseRateLimit(RateLimitOptions? options = null)
    {
        options = RateLimitOptions.Checked(options ?? RateLimitOptions.Default);
        return Add((provider, next) => new RateLimit(options, provider.GetRequiredService<TimeProvider>(), provider, next).HandleAsync);
    }

    /// <summary>Decides about people whom the account has not accepted yet, before anything else sees their messages.</summary>
    /// <param name="decide">Gives the decision for a message of somebody who is not accepted; it may ask a database.</param>
    /// <returns>This builder.</returns>
    public SessionAccountBuilder UseMessageRequests(Func<MessageContext, ValueTask<RequestDecision>> decide)
    {
        ArgumentNullException.ThrowIfNull(decide);
        return Use((context, next) => MessageRequests.HandleAsync(context, next, decide));
    }

    /// <summary>Decides alike about all people whom the account has not accepted yet.</summary>
    /// <param name="decision">The decision.</param>
    /// <returns>This builder.</returns>
    /// <exception cref="ArgumentOutOfRangeException">No value of the enumeration.</exception>
    public SessionAccountBuilder UseMessageRequests(RequestDecision decision)
    {
        if (!Enum.IsDefined(decision))
        {
            throw new ArgumentOutOfRangeException(nameof(decision), decision, "Expected a value of the enumeration.");
        }

        return UseMessageRequests(_ => ValueTask.FromResult(decision));
    }

    private SessionAccountBuilder Add(Func<IServiceProvider, MessageStep, MessageStep> step)
    {
        _registration.Pipeline.Add(step);
        return this;
    }
}
