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
    public ReceivedMessage? Read(StoredMessage stored)
    {
        OpenedMessage opened = SealedMessage.Open(stored.Data.Span, identity, _openOptions);
        if (!opened.IsOpened)
        {
            ClientLog.NotOpened(logger, opened.Status);
            return null;
        }

        ContentDecodeResult result = ContentCodec.TryDecode(opened.Content.Span, out MessageContent? content);
        if (result != ContentDecodeResult.Ok || content is null)
        {
            ClientLog.NotDecoded(logger, result);
            return null;
        }

        AccountId sender = opened.Origin.Sender;
        AccountId? syncTarget = (content as DataContent)?.SyncTarget;
        if (syncTarget is not null && sender != identity.AccountId)
        {
            ClientLog.ForgedSyncCopy(logger);
            return null;
        }

        return new ReceivedMessage(
            sender, syncTarget ?? sender, content, DateTimeOffset.FromUnixTimeMilliseconds(opened.Origin.TimestampMs), stored.Hash, Protection.Sealed);
    }
}
