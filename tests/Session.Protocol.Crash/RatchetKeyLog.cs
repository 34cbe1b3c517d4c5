using Session.Protocol.Accounts;
using Session.Protocol.Client.Stores;
using Session.Protocol.Devices;
using Session.Protocol.Onion;
using Session.Protocol.Onion.Storage;
using Session.Protocol.Onion.Storage.Results;
using Session.Protocol.Onion.Swarms;
using Session.Protocol.Ratchet;
using Session.Protocol.Ratchet.Sessions;
using Session.Protocol.Sealing;

namespace Session.Protocol.Crash;

/// <summary>Looks at every ratcheted message in a mailbox: which chain, which number, which bytes. One key for two messages would show.</summary>
public static class RatchetKeyLog
{
    /// <summary>How many messages there are, and which keys encrypted more than one.</summary>
    public static async Task<(int Messages, IReadOnlyList<string> UsedTwice)> ReadAsync(IOnionClient onion, SessionIdentity identity)
    {
        var swarm = new SwarmClient(onion);
        var cursor = new InMemoryAccountStore();
        var keys = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        var twice = new List<string>();
        bool more = true;
        while (more)
        {
            SwarmPoll poll = await swarm.RetrieveAsync(new SwarmQuery(identity.AccountId, [new SwarmNamespace(DeviceLimits.MessageNamespace)])
            {
                Credentials = SwarmCredentials.ForAccount(identity),
                Cursor = cursor,
            });
            await cursor.CommitAsync(new AccountChanges { Positions = poll.Positions });
            foreach (StoredMessage stored in poll.Namespaces.SelectMany(x => x.Messages))
            {
                foreach ((string key, byte[] bytes) in Keys(stored, identity))
                {
                    if (!keys.TryAdd(key, bytes) && !keys[key].AsSpan().SequenceEqual(bytes))
                    {
                        twice.Add(key);
                    }
                }
            }

            more = poll.Namespaces.Any(x => x.HasMore);
        }

        return (keys.Count, twice);
    }

    private static IEnumerable<(string Key, byte[] Bytes)> Keys(StoredMessage stored, SessionIdentity identity)
    {
        OpenedMessage opened = SealedMessage.Open(stored.Data.Span, identity);
        RatchetEnvelope? envelope = opened.IsOpened ? DeviceMessage.TryRead(opened.Content.Span)?.Envelope : null;
        return (envelope?.Bodies ?? []).Select(x => ($"{envelope!.Sender}>{x.Recipient}:{KeyOf(x.Message)}", BodyOf(x.Message)));
    }

    private static string KeyOf(RatchetMessage message)
    {
        if (message.Type == RatchetMessageType.PreKey)
        {
            RatchetStatus first = PreKeySignalMessage.TryParse(message.Type, message.Bytes.Span, out PreKeySignalMessage preKey);
            return first == RatchetStatus.Ok ? $"{preKey.Message.RatchetKey}/{preKey.Message.Counter}" : throw new InvalidDataException("A message that cannot be read.");
        }

        RatchetStatus status = SignalMessage.TryParse(message.Bytes.Span, out SignalMessage signal);
        return status == RatchetStatus.Ok ? $"{signal.RatchetKey}/{signal.Counter}" : throw new InvalidDataException("A message that cannot be read.");
    }

    private static byte[] BodyOf(RatchetMessage message) => message.Bytes.ToArray();
}
