using Microsoft.Extensions.Logging;
using Session.Protocol.Onion.Paths;

namespace Session.Protocol.Onion;

/// <summary>Log events of this package. No addresses, keys, ids or content: a log must not say who talked through whom.</summary>
internal static partial class OnionLog
{
    [LoggerMessage(EventId = 2001, Level = LogLevel.Debug, Message = "A path of {Hops} hops is ready")]
    public static partial void PathReady(ILogger logger, int hops);

    [LoggerMessage(EventId = 2002, Level = LogLevel.Information, Message = "A path was changed or given up: {Reason}")]
    public static partial void PathLost(ILogger logger, string reason);

    [LoggerMessage(EventId = 2003, Level = LogLevel.Debug, Message = "A guard did not pass its test: {Fault}")]
    public static partial void GuardFailed(ILogger logger, OnionFault fault);

    [LoggerMessage(EventId = 2004, Level = LogLevel.Debug, Message = "A request failed: {Fault} (HTTP status {Status}); sending it again: {Again}")]
    public static partial void RequestFailed(ILogger logger, OnionFault fault, int status, bool again);

    [LoggerMessage(EventId = 2005, Level = LogLevel.Information, Message = "The node list has {Count} usable nodes")]
    public static partial void NodesFetched(ILogger logger, int count);

    [LoggerMessage(EventId = 2006, Level = LogLevel.Warning, Message = "A seed gave no node list: {Fault}")]
    public static partial void SeedFailed(ILogger logger, OnionFault fault);

    [LoggerMessage(EventId = 2008, Level = LogLevel.Information, Message = "The nodes asked for a node list gave none that they agree upon")]
    public static partial void NodesDisagree(ILogger logger);

    [LoggerMessage(EventId = 2009, Level = LogLevel.Warning, Message = "The store of the onion client failed with its {Item}")]
    public static partial void StoreFailed(ILogger logger, OnionStoreItem item, Exception exception);

    [LoggerMessage(EventId = 2010, Level = LogLevel.Information, Message = "Paths: {State}, {Ready} ready. {Reason}")]
    public static partial void PathsChanged(ILogger logger, PathState state, int ready, string reason);

    [LoggerMessage(EventId = 2011, Level = LogLevel.Debug, Message = "A kept node list of {Count} nodes is used")]
    public static partial void NodesRestored(ILogger logger, int count);

    [LoggerMessage(EventId = 2012, Level = LogLevel.Warning, Message = "Requests go to service nodes directly: each one learns this machine's address and the accounts it is used for")]
    public static partial void NoAnonymity(ILogger logger);

    [LoggerMessage(EventId = 2007, Level = LogLevel.Information, Message = "The local clock is {Milliseconds} ms behind the network")]
    public static partial void ClockSet(ILogger logger, long milliseconds);
}
