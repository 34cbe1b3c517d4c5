namespace Session.Protocol.Messages;

/// <summary>Which of the account's own configs (protocol/11 §11). The numbers are those of the wire.</summary>
internal enum SharedConfigKind
{
    UserProfile = 1,
    Contacts = 2,
    ConversationInfoVolatile = 3,
    UserGroups = 4,
}
