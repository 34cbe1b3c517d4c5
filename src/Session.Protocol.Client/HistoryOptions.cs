namespace Session.Protocol.Client;

/// <summary>Whether and how many messages a client keeps. Immutable: make variants with <c>with</c>.</summary>
public sealed record HistoryOptions
{
    /// <summary>The defaults: off.</summary>
    public static HistoryOptions Default { get; } = new();

    /// <summary>
    /// Whether the messages that are received and sent are kept in the account's store, which must be an <see cref="Stores.IMessageStore"/>, to be read with
    /// <see cref="ISessionClient.History"/>. Switched off later, what was kept stays until the store is destroyed. Default false.
    /// </summary>
    public bool Enabled { get; init; }

    /// <summary>How many messages of each conversation are kept; the oldest go. At least 1, default 10,000; <see cref="int.MaxValue"/> keeps all.</summary>
    public int MaxMessages { get; init; } = 10_000;

    internal static string? Broken(HistoryOptions? options) => options switch
    {
        null => "History must not be null.",
        { MaxMessages: < 1 } => $"History.{nameof(MaxMessages)} must be at least 1.",
        _ => null,
    };
}
