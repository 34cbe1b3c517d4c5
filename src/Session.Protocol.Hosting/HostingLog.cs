using Microsoft.Extensions.Logging;

namespace Session.Protocol.Hosting;

/// <summary>What the host logs: the program's own names of accounts, kinds and reasons; never ids, keys, hashes or content.</summary>
internal static partial class HostingLog
{
    [LoggerMessage(EventId = 4001, Level = LogLevel.Information, Message = "Account '{Name}' receives")]
    public static partial void Started(ILogger logger, string name);

    [LoggerMessage(EventId = 4002, Level = LogLevel.Information, Message = "Account '{Name}' has stopped, all its handlers have ended")]
    public static partial void Stopped(ILogger logger, string name);

    [LoggerMessage(EventId = 4003, Level = LogLevel.Error, Message = "Receiving for account '{Name}' failed ({Exception}), it starts again in {Delay}")]
    public static partial void Failed(ILogger logger, string name, Type exception, TimeSpan delay);

    [LoggerMessage(EventId = 4004, Level = LogLevel.Information, Message = "Account '{Name}' dropped messages of a sender who sends too many")]
    public static partial void RateLimited(ILogger logger, string name);
}
