using Microsoft.Extensions.Logging;
using Session.Protocol.Messages;
using Session.Protocol.Onion;
using Session.Protocol.Sealing;

namespace Session.Protocol.Client;

/// <summary>What the client logs: kinds, counts and reasons, never ids, keys, hashes or content.</summary>
internal static partial class ClientLog
{
    [LoggerMessage(EventId = 3001, Level = LogLevel.Debug, Message = "Stored a message of {Size} bytes, {Confirmations} members confirmed")]
    public static partial void Stored(ILogger logger, int size, int confirmations);

    [LoggerMessage(EventId = 3002, Level = LogLevel.Warning, Message = "The message is stored, but its copy for the account's other devices is not ({Fault})")]
    public static partial void SyncCopyFailed(ILogger logger, OnionFault fault);

    [LoggerMessage(EventId = 3003, Level = LogLevel.Warning, Message = "Looking for messages failed {Failures} times in a row ({Fault}), next look in {Delay}")]
    public static partial void PollFailed(ILogger logger, int failures, OnionFault fault, TimeSpan delay);

    [LoggerMessage(EventId = 3004, Level = LogLevel.Information, Message = "Set a message aside that could not be opened ({Status})")]
    public static partial void NotOpened(ILogger logger, OpenStatus status);

    [LoggerMessage(EventId = 3005, Level = LogLevel.Information, Message = "Set a message aside whose content could not be read ({Result})")]
    public static partial void NotDecoded(ILogger logger, ContentDecodeResult result);

    [LoggerMessage(EventId = 3006, Level = LogLevel.Warning, Message = "Set a message aside that claims to be a copy of one of ours and is not")]
    public static partial void ForgedSyncCopy(ILogger logger);
}
