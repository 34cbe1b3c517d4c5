using Microsoft.Extensions.Logging;
using Session.Protocol.Client.Groups;
using Session.Protocol.Devices;
using Session.Protocol.Messages;
using Session.Protocol.Onion;
using Session.Protocol.Sealing;
using Session.Protocol.SenderKeys;

namespace Session.Protocol.Client;

/// <summary>What the client logs: kinds, counts and reasons, never ids, keys, hashes or content.</summary>
internal static partial class ClientLog
{
    [LoggerMessage(EventId = 3001, Level = LogLevel.Debug, Message = "Stored a message of {Size} bytes, {Confirmations} members confirmed")]
    public static partial void Stored(ILogger logger, int size, int confirmations);

    [LoggerMessage(EventId = 3003, Level = LogLevel.Warning, Message = "Looking for messages failed {Failures} times in a row ({Fault}), next look in {Delay}")]
    public static partial void PollFailed(ILogger logger, int failures, OnionFault fault, TimeSpan delay);

    [LoggerMessage(EventId = 3004, Level = LogLevel.Information, Message = "Set a message aside that could not be opened ({Status})")]
    public static partial void NotOpened(ILogger logger, OpenStatus status);

    [LoggerMessage(EventId = 3005, Level = LogLevel.Information, Message = "Set a message aside whose content could not be read ({Result})")]
    public static partial void NotDecoded(ILogger logger, ContentDecodeResult result);

    [LoggerMessage(EventId = 3006, Level = LogLevel.Warning, Message = "Set a message aside that claims to be a copy of one of ours and is not")]
    public static partial void ForgedSyncCopy(ILogger logger);

    [LoggerMessage(EventId = 3007, Level = LogLevel.Warning, Message = "A message was not stored, {Failures} times by now ({Fault}), next try in {Delay}")]
    public static partial void NotStoredYet(ILogger logger, int failures, OnionFault fault, TimeSpan delay);

    [LoggerMessage(EventId = 3008, Level = LogLevel.Warning, Message = "A message will not be stored ({Fault}), copy for own devices: {IsCopy}")]
    public static partial void GivenUp(ILogger logger, OnionFault fault, bool isCopy);

    [LoggerMessage(EventId = 3009, Level = LogLevel.Error, Message = "Messages that a former run left in the outbox could not be read ({Exception}); they stay there")]
    public static partial void OutboxNotRead(ILogger logger, string exception);

    [LoggerMessage(EventId = 3010, Level = LogLevel.Debug, Message = "Dropped a message that the rules of conversations do not let through ({Kind})")]
    public static partial void NotAdmitted(ILogger logger, MessageContent kind);

    [LoggerMessage(EventId = 3011, Level = LogLevel.Warning, Message = "The swarm could not be told when read messages go ({Fault}); it is tried again")]
    public static partial void ReadTimerNotSet(ILogger logger, OnionFault fault);

    [LoggerMessage(EventId = 3012, Level = LogLevel.Warning, Message = "Copies of deleted messages could not be deleted from the own swarm ({Fault}); it is tried again")]
    public static partial void CopiesNotDeleted(ILogger logger, OnionFault fault);

    [LoggerMessage(EventId = 3015, Level = LogLevel.Error, Message = "A message that the network refused could not be taken out of the history ({Exception})")]
    public static partial void HistoryNotChanged(ILogger logger, string exception);

    [LoggerMessage(EventId = 3016, Level = LogLevel.Error, Message = "A message that was stored could not be taken out of the outbox ({Exception}); the next run sends it again, and the swarm keeps it once")]
    public static partial void OutboxNotCleared(ILogger logger, string exception);

    // The place in the program, but not the exception's text: handlers put into it what they were working on.
    [LoggerMessage(EventId = 3013, Level = LogLevel.Warning, Message = "A handler failed ({Exception}), attempt {Attempt}, next one in {Delay}\n{Stack}")]
    public static partial void HandlerFailed(ILogger logger, Type exception, int attempt, TimeSpan delay, string? stack);

    [LoggerMessage(EventId = 3014, Level = LogLevel.Error, Message = "Set a message aside whose handler failed {Attempts} times ({Exception})\n{Stack}")]
    public static partial void SetAside(ILogger logger, Type exception, int attempts, string? stack);

    [LoggerMessage(EventId = 3101, Level = LogLevel.Information, Message = "Published this account's record of {Devices} devices")]
    public static partial void RecordPublished(ILogger logger, int devices);

    [LoggerMessage(EventId = 3102, Level = LogLevel.Warning, Message = "This device's record could not be published ({Fault}); it is tried again")]
    public static partial void RecordNotPublished(ILogger logger, OnionFault fault);

    [LoggerMessage(EventId = 3103, Level = LogLevel.Information, Message = "A peer's record could not be fetched ({Fault})")]
    public static partial void RecordNotFetched(ILogger logger, OnionFault fault);

    [LoggerMessage(EventId = 3104, Level = LogLevel.Warning, Message = "Refused a record of devices ({Status})")]
    public static partial void RecordRefused(ILogger logger, CapabilityRecordStatus status);

    [LoggerMessage(EventId = 3105, Level = LogLevel.Warning, Message = "The recipient was reached by ratchet before and is not now ({Obstacle}): the message goes out as version 1")]
    public static partial void Downgraded(ILogger logger, ProtectionObstacle obstacle);

    [LoggerMessage(EventId = 3106, Level = LogLevel.Warning, Message = "A ratcheted message could not be opened ({Status}), asked for it again: {Requested}")]
    public static partial void NotDecrypted(ILogger logger, UndecryptableReason status, bool requested);

    [LoggerMessage(EventId = 3107, Level = LogLevel.Information, Message = "Set a message for devices aside that could not be read")]
    public static partial void NotForDevices(ILogger logger);

    [LoggerMessage(EventId = 3109, Level = LogLevel.Information, Message = "A peer's device lost its state: {Messages} messages are sent again")]
    public static partial void Resending(ILogger logger, int messages);

    [LoggerMessage(EventId = 3301, Level = LogLevel.Information, Message = "Looking into a group's swarm failed ({Fault})")]
    public static partial void GroupPollFailed(ILogger logger, OnionFault fault);

    [LoggerMessage(EventId = 3302, Level = LogLevel.Warning, Message = "Something could not be told to a group ({Fault}); it is tried again")]
    public static partial void DutyFailed(ILogger logger, OnionFault fault);

    [LoggerMessage(EventId = 3303, Level = LogLevel.Information, Message = "Something need not be done in a group any more ({Problem})")]
    public static partial void DutyVoid(ILogger logger, GroupProblem problem);

    [LoggerMessage(EventId = 3304, Level = LogLevel.Warning, Message = "A member's request could not be answered, or a request not be made ({Fault})")]
    public static partial void NotAnswered(ILogger logger, OnionFault fault);

    [LoggerMessage(EventId = 3305, Level = LogLevel.Warning, Message = "A member of a group cannot be reached by ratchet ({Obstacle})")]
    public static partial void NotReachable(ILogger logger, ProtectionObstacle obstacle);

    [LoggerMessage(EventId = 3306, Level = LogLevel.Information, Message = "Set a letter about a group aside that is of no use")]
    public static partial void LetterRefused(ILogger logger);

    [LoggerMessage(EventId = 3307, Level = LogLevel.Information, Message = "Set something in a group's swarm aside that could not be read")]
    public static partial void ObjectRefused(ILogger logger);

    [LoggerMessage(EventId = 3308, Level = LogLevel.Information, Message = "Set a group message aside ({Status})")]
    public static partial void GroupMessageRefused(ILogger logger, SenderKeyStatus status);

    [LoggerMessage(EventId = 3309, Level = LogLevel.Information, Message = "Something in a group's swarm waits for a key")]
    public static partial void GroupMessageWaits(ILogger logger);

    [LoggerMessage(EventId = 3310, Level = LogLevel.Warning, Message = "Keys from a member of a group could not be opened ({Reason})")]
    public static partial void LettersNotDecrypted(ILogger logger, UndecryptableReason reason);
}
