namespace Session.Protocol.Hosting;

/// <summary>Handles a message, or passes it on.</summary>
/// <param name="context">The message and what belongs to it.</param>
/// <returns>A task that ends when the message was handled.</returns>
public delegate ValueTask MessageStep(MessageContext context);
