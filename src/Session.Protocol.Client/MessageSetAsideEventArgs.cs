namespace Session.Protocol.Client;

/// <summary>A message whose handler failed too often. It is kept, and comes again only after <see cref="ISessionClient.RetrySetAsideAsync"/>.</summary>
/// <param name="message">The message.</param>
/// <param name="attempts">How often the handler failed.</param>
/// <param name="exception">What it threw last.</param>
public sealed class MessageSetAsideEventArgs(ReceivedMessage message, int attempts, Exception exception) : EventArgs
{
    /// <summary>The message.</summary>
    public ReceivedMessage Message { get; } = message;

    /// <summary>How often the handler failed, in earlier runs too.</summary>
    public int Attempts { get; } = attempts;

    /// <summary>What the handler threw last.</summary>
    public Exception Exception { get; } = exception;
}
