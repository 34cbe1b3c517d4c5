using Session.Protocol.Accounts;
using Session.Protocol.Client.Stores;

namespace Session.Protocol.Client.Conversations;

/// <summary>A received message that is handed out.</summary>
/// <param name="Message">The message, with all that the conversation says of it.</param>
/// <param name="Contact">Whose state it may have changed.</param>
/// <param name="States">What is committed when it was handled.</param>
internal sealed record Admission(ReceivedMessage Message, AccountId Contact, IReadOnlyList<AccountState> States);
