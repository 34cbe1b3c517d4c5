using Session.Protocol.Accounts;

namespace Session.Protocol.Messages;

/// <summary>What a person sees as a message: text, files, or both, perhaps in reply to another.</summary>
public sealed record TextMessage : DataContent
{
    /// <summary>Most code points that receivers show from an ordinary sender (protocol/11 §5). Longer text is cut by them.</summary>
    public const int MaxCodePoints = 2_000;

    /// <summary>Most code points of a Pro sender, and of anyone as long as clients do not enforce Pro. Received text is cut here.</summary>
    public const int MaxProCodePoints = 10_000;

    /// <summary>Most attachments; receivers refuse a message with more.</summary>
    public const int MaxAttachments = 32;

    /// <summary>A message to be filled in.</summary>
    public TextMessage()
    {
    }

    /// <summary>A message of text alone.</summary>
    /// <param name="text">The text, at most <see cref="MaxProCodePoints"/> code points.</param>
    /// <exception cref="ArgumentException">Longer.</exception>
    public TextMessage(string text) => Text = text;

    /// <summary>The text, at most <see cref="MaxProCodePoints"/> code points; empty where there are only files.</summary>
    public string Text { get; init => field = Limits.RequireCodePoints(value, MaxProCodePoints, nameof(Text)); } = "";

    /// <summary>Where to fetch the files, at most <see cref="MaxAttachments"/>.</summary>
    public IReadOnlyList<AttachmentPointer> Attachments
    {
        get;
        init => field = ValueList<AttachmentPointer>.Copy(value, MaxAttachments, nameof(Attachments));
    } = ValueList<AttachmentPointer>.Empty;

    /// <summary>The message this one replies to; its text is looked up by the receiver.</summary>
    public MessageReference? Quote { get; init => field = value is { } quote ? Limits.RequireReference(quote, nameof(Quote)) : null; }

    /// <summary>The preview of a link. Receivers keep it only if its URL occurs in <see cref="Text"/> and it has a title or an image.</summary>
    public LinkPreview? Preview { get; init; }

    /// <summary>An invitation to a community.</summary>
    public CommunityInvitation? Invitation { get; init; }

    /// <summary>Whether it is a voice message: the first attachment says so, and nothing else does (protocol/13 §10).</summary>
    public bool IsVoiceMessage => Attachments is [{ IsVoiceMessage: true }, ..];

    /// <summary>The accounts named in the text, in order, each once (protocol/13 §9).</summary>
    /// <returns>The ids; a new list for every call.</returns>
    public IReadOnlyList<AccountId> FindMentions() => MentionFinder.Find(Text);

    /// <summary>Whether an account should be told of this message: its id is in the text, or its message is quoted (protocol/13 §9).</summary>
    /// <param name="account">The account, usually one's own.</param>
    /// <returns>True if it is meant.</returns>
    public bool Mentions(AccountId account) => Quote?.Author == account || FindMentions().Contains(account);

    /// <summary>The text that mentions an account, to be put into <see cref="Text"/>; clients show the name instead.</summary>
    /// <param name="account">Whom to mention.</param>
    /// <returns><c>@</c> and 66 hexadecimal digits.</returns>
    public static string MentionOf(AccountId account) => "@" + account.ToString();
}
