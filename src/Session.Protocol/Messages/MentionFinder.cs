using Session.Protocol.Accounts;

namespace Session.Protocol.Messages;

/// <summary>Finds <c>@</c> followed by a full id in a text (protocol/13 §9). The text's own limit bounds the work.</summary>
internal static class MentionFinder
{
    public static IReadOnlyList<AccountId> Find(ReadOnlySpan<char> text)
    {
        var found = new List<AccountId>();
        var seen = new HashSet<AccountId>();
        for (int at = text.IndexOf('@'); at >= 0; at = text.IndexOf('@'))
        {
            text = text[(at + 1)..];
            if (text.Length >= AccountId.TextLength && TryReadPerson(text[..AccountId.TextLength], out AccountId id))
            {
                text = text[AccountId.TextLength..];
                if (seen.Add(id))
                {
                    found.Add(id);
                }
            }
        }

        return found;
    }

    // A group cannot be mentioned, only people and their blinded ids.
    private static bool TryReadPerson(ReadOnlySpan<char> text, out AccountId id) =>
        AccountId.TryParse(text, out id) && id.Prefix != AccountIdPrefix.Group;
}
