using Session.Protocol.Accounts;
using Session.Protocol.Client.Conversations;

namespace Session.Protocol.Hosting;

/// <summary>The step that asks about people who are not accepted.</summary>
internal static class MessageRequests
{
    public static async ValueTask HandleAsync(MessageContext context, MessageStep next, Func<MessageContext, ValueTask<RequestDecision>> decide)
    {
        bool isPerson = context.Message.Conversation.Prefix == AccountIdPrefix.Standard && !context.Message.IsOwn;
        IConversation? conversation = isPerson ? context.Client.Conversations.Open(context.Message.Conversation) : null;
        if (conversation is null || (await conversation.GetContactAsync(context.CancellationToken).ConfigureAwait(false)).IsApproved)
        {
            await next(context).ConfigureAwait(false);
            return;
        }

        switch (await decide(context).ConfigureAwait(false))
        {
            case RequestDecision.Pass:
                await next(context).ConfigureAwait(false);
                break;
            case RequestDecision.Accept:
                await conversation.AcceptAsync(context.CancellationToken).ConfigureAwait(false);
                await next(context).ConfigureAwait(false);
                break;
            case RequestDecision.Block:
                await conversation.BlockAsync(context.CancellationToken).ConfigureAwait(false);
                break;
            default:
                break;
        }
    }
}
