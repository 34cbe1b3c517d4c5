using Microsoft.Extensions.Logging;
using Session.Protocol.Accounts;
using Session.Protocol.Messages;
using Session.Protocol.Onion.Storage.Results;
using Session.Protocol.Sealing;

namespace Session.Protocol.Client;

/// <summary>The way in, without the network: stored bytes, sealed message, protobuf, content, and the checks of protocol/12 §3.</summary>
internal sealed class MessageReader(SessionIdentity identity, SessionClientOptions options, ILogger logger)
{
    private readonly OpenOptions _openOptions = OpenOptions.Default with { AllowUnsignedTimestamp = options.AcceptUndatedMessages };

    /// <summary>The message, or null when it is of no use and must be set aside: anybody can store anything in this mailbox.</summary>
    public (ReceivedMessage Message, ReadOnlyMemory<byte> Content)? Read(StoredMessage stored)
    {
        OpenedMessage opened = SealedMessage.Open(stored.Data.Span, identity, _openOptions);
        if (!opened.IsOpened)
        {
            ClientLog.NotOpened(logger, opened.Status);
            return null;
        }

        return Read(opened.Content, opened.Origin.Sender, opened.Origin.TimestampMs, stored.Hash, Protection.Sealed);
    }

    /// <summary>The message in a Content that was opened, with that Content, or null when it is of no use.</summary>
    public (ReceivedMessage Message, ReadOnlyMemory<byte> Content)? Read(ReadOnlyMemory<byte> bytes, AccountId sender, long timestampMs, string hash, Protection protection)
    {
        ContentDecodeResult result = ContentCodec.TryDecode(bytes.Span, out MessageContent? content);
        if (result != ContentDecodeResult.Ok || content is null)
        {
            ClientLog.NotDecoded(logger, result);
            return null;
        }

        AccountId? syncTarget = (content as DataContent)?.SyncTarget;
        if (syncTarget is not null && sender != identity.AccountId)
        {
            ClientLog.ForgedSyncCopy(logger);
            return null;
        }

        return (new ReceivedMessage(sender, syncTarget ?? sender, content, DateTimeOffset.FromUnixTimeMilliseconds(timestampMs), hash, protection), bytes);
    }
}
