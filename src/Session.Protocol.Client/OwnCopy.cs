using System.Runtime.InteropServices;
using Session.Protocol.Accounts;
using Session.Protocol.Messages;

namespace Session.Protocol.Client;

/// <summary>A message as one's own swarm holds it: what is needed to delete it. Keep it with the message.</summary>
/// <param name="Conversation">Whom it was exchanged with.</param>
/// <param name="Message">Its author and time.</param>
/// <param name="Hash">The name of the copy in one's own swarm, 43 characters; null when there is none.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct OwnCopy(AccountId Conversation, MessageReference Message, string? Hash)
{
    /// <summary>The kind only.</summary>
    /// <returns>The name of the record.</returns>
    public override string ToString() => nameof(OwnCopy);
}
