using Session.Protocol.Messages;

namespace Session.Protocol.Hosting;

/// <summary>Handles messages of one kind; see <see cref="SessionAccountBuilder.OnMessage{T,THandler}"/>.</summary>
/// <typeparam name="T">The kind.</typeparam>
public interface IMessageHandler<in T>
    where T : MessageContent
{
    /// <summary>Handles a message.</summary>
    /// <param name="context">The message and what belongs to it.</param>
    /// <param name="content">Its content.</param>
    /// <returns>A task that ends when it was handled. What it throws makes the message come again.</returns>
    ValueTask HandleAsync(MessageContext context, T content);
}
