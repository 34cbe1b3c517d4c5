using Session.Protocol.Accounts;
using Session.Protocol.Messages;

namespace Session.Protocol.Client.Conversations;

/// <summary>Messages that every receiver would drop, or that would do something else than the caller thinks, are refused before anything is sent.</summary>
internal static class OutgoingRules
{
    /// <exception cref="ArgumentException">Not an account, or such a message.</exception>
    public static void Check(MessageContent content, AccountId recipient, AccountId self)
    {
        ArgumentNullException.ThrowIfNull(content);
        RequireAccount(recipient, nameof(recipient));
        string? trouble = content switch
        {
            TextMessage { Text.Length: 0, Attachments.Count: 0, Preview: null, Invitation: null } => "A message with nothing in it would be dropped by whoever receives it.",
            TextMessage { Preview: { } preview } text when !IsShown(preview, text.Text) => "A preview needs an https link that stands in the text, and a title or an image.",
            Unsend unsend when recipient != self && unsend.Target.Author != self => "Only one's own messages can be deleted for others.",
            MessageRequestResponse { IsApproved: false } => "A refusal is never sent: decline the request instead.",
            _ when recipient == self => ToSelf(content),
            _ => null,
        };
        if (trouble is not null)
        {
            throw new ArgumentException(trouble, nameof(content));
        }
    }

    public static void RequireAccount(AccountId account, string parameter)
    {
        if (account.Prefix != AccountIdPrefix.Standard)
        {
            throw new ArgumentException("Expected an account id that starts with 05.", parameter);
        }
    }

    private static string? ToSelf(MessageContent content) => content switch
    {
        TypingIndicator or ReadReceipt or DataExtractionNotice or MessageRequestResponse or CallSignal => "A note to self has neither typing, receipts, requests nor calls.",
        { Expiration.Mode: ExpirationMode.AfterRead } => "A note to self can disappear after sending, not after reading.",
        _ => null,
    };

    private static bool IsShown(LinkPreview preview, string text) =>
        preview.Url is { Length: > 0 } url
        && url.StartsWith("https://", StringComparison.OrdinalIgnoreCase)
        && text.Contains(url, StringComparison.Ordinal)
        && (preview.Title is { Length: > 0 } || preview.Image is not null);
}
